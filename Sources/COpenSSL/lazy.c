#include "copenssl.h"

#include <dlfcn.h>

/*
 * Every function of OpenSSL that is used: its type, name, parameters and arguments. Each is defined
 * here, for this program alone, and hands on to the library's own.
 */
#define FUNCTIONS(X) \
  X(long, BIO_ctrl, (BIO *a, int b, long c, void *d), (a, b, c, d)) \
  X(size_t, BIO_ctrl_pending, (BIO *a), (a)) \
  X(BIO *, BIO_new, (const BIO_METHOD *a), (a)) \
  X(int, BIO_read_ex, (BIO *a, void *b, size_t c, size_t *d), (a, b, c, d)) \
  X(const BIO_METHOD *, BIO_s_mem, (void), ()) \
  X(int, BIO_write_ex, (BIO *a, const void *b, size_t c, size_t *d), (a, b, c, d)) \
  X(void, ERR_clear_error, (void), ()) \
  X(unsigned long, ERR_get_error_all, (const char **a, int *b, const char **c, const char **d, int *e), (a, b, c, d, e)) \
  X(const char *, ERR_reason_error_string, (unsigned long a), (a)) \
  X(int, OPENSSL_init_ssl, (uint64_t a, const OPENSSL_INIT_SETTINGS *b), (a, b)) \
  X(int, SSL_CIPHER_get_auth_nid, (const SSL_CIPHER *a), (a)) \
  X(const char *, SSL_CIPHER_get_name, (const SSL_CIPHER *a), (a)) \
  X(int, SSL_CTX_check_private_key, (const SSL_CTX *a), (a)) \
  X(long, SSL_CTX_ctrl, (SSL_CTX *a, int b, long c, void *d), (a, b, c, d)) \
  X(void, SSL_CTX_free, (SSL_CTX *a), (a)) \
  X(int, SSL_CTX_load_verify_dir, (SSL_CTX *a, const char *b), (a, b)) \
  X(int, SSL_CTX_load_verify_file, (SSL_CTX *a, const char *b), (a, b)) \
  X(SSL_CTX *, SSL_CTX_new, (const SSL_METHOD *a), (a)) \
  X(void, SSL_CTX_sess_set_new_cb, (SSL_CTX *a, int (*b)(SSL *, SSL_SESSION *)), (a, b)) \
  X(int, SSL_CTX_set_alpn_protos, (SSL_CTX *a, const unsigned char *b, unsigned int c), (a, b, c)) \
  X(int, SSL_CTX_set_cipher_list, (SSL_CTX *a, const char *b), (a, b)) \
  X(void, SSL_CTX_set_default_passwd_cb, (SSL_CTX *a, pem_password_cb *b), (a, b)) \
  X(void, SSL_CTX_set_default_passwd_cb_userdata, (SSL_CTX *a, void *b), (a, b)) \
  X(uint64_t, SSL_CTX_set_options, (SSL_CTX *a, uint64_t b), (a, b)) \
  X(void, SSL_CTX_set_psk_client_callback, (SSL_CTX *a, SSL_psk_client_cb_func b), (a, b)) \
  X(void, SSL_CTX_set_verify, (SSL_CTX *a, int b, SSL_verify_cb c), (a, b, c)) \
  X(int, SSL_CTX_use_PrivateKey_file, (SSL_CTX *a, const char *b, int c), (a, b, c)) \
  X(int, SSL_CTX_use_certificate_chain_file, (SSL_CTX *a, const char *b), (a, b)) \
  X(void, SSL_SESSION_free, (SSL_SESSION *a), (a)) \
  X(int, SSL_SESSION_get_protocol_version, (const SSL_SESSION *a), (a)) \
  X(int, SSL_SESSION_up_ref, (SSL_SESSION *a), (a)) \
  X(long, SSL_ctrl, (SSL *a, int b, long c, void *d), (a, b, c, d)) \
  X(int, SSL_do_handshake, (SSL *a), (a)) \
  X(void, SSL_free, (SSL *a), (a)) \
  X(void, SSL_get0_alpn_selected, (const SSL *a, const unsigned char **b, unsigned int *c), (a, b, c)) \
  X(X509_VERIFY_PARAM *, SSL_get0_param, (SSL *a), (a)) \
  X(const SSL_CIPHER *, SSL_get_current_cipher, (const SSL *a), (a)) \
  X(int, SSL_get_error, (const SSL *a, int b), (a, b)) \
  X(void *, SSL_get_ex_data, (const SSL *a, int b), (a, b)) \
  X(BIO *, SSL_get_rbio, (const SSL *a), (a)) \
  X(long, SSL_get_verify_result, (const SSL *a), (a)) \
  X(const char *, SSL_get_version, (const SSL *a), (a)) \
  X(BIO *, SSL_get_wbio, (const SSL *a), (a)) \
  X(SSL *, SSL_new, (SSL_CTX *a), (a)) \
  X(int, SSL_read_ex, (SSL *a, void *b, size_t c, size_t *d), (a, b, c, d)) \
  X(int, SSL_session_reused, (const SSL *a), (a)) \
  X(void, SSL_set0_rbio, (SSL *a, BIO *b), (a, b)) \
  X(void, SSL_set0_wbio, (SSL *a, BIO *b), (a, b)) \
  X(void, SSL_set_connect_state, (SSL *a), (a)) \
  X(int, SSL_set_ex_data, (SSL *a, int b, void *c), (a, b, c)) \
  X(int, SSL_set_session, (SSL *a, SSL_SESSION *b), (a, b)) \
  X(void, SSL_set_shutdown, (SSL *a, int b), (a, b)) \
  X(int, SSL_shutdown, (SSL *a), (a)) \
  X(int, SSL_version, (const SSL *a), (a)) \
  X(int, SSL_write_ex, (SSL *a, const void *b, size_t c, size_t *d), (a, b, c, d)) \
  X(const SSL_METHOD *, TLS_client_method, (void), ()) \
  X(int, X509_VERIFY_PARAM_set1_host, (X509_VERIFY_PARAM *a, const char *b, size_t c), (a, b, c)) \
  X(int, X509_VERIFY_PARAM_set1_ip_asc, (X509_VERIFY_PARAM *a, const char *b), (a, b)) \
  X(void, X509_VERIFY_PARAM_set_hostflags, (X509_VERIFY_PARAM *a, unsigned int b), (a, b)) \
  X(void, X509_VERIFY_PARAM_set_time, (X509_VERIFY_PARAM *a, time_t b), (a, b)) \
  X(const char *, X509_verify_cert_error_string, (long a), (a))

#define POINTER(type, name, parameters, arguments) static __typeof__(name) *real_##name;
FUNCTIONS(POINTER)

#define FORWARD(type, name, parameters, arguments) \
  __attribute__((visibility("hidden"))) type name parameters { return real_##name arguments; }
FUNCTIONS(FORWARD)

#define RESOLVE(type, name, parameters, arguments)              \
  real_##name = (__typeof__(name) *)dlsym(library, #name);      \
  if (real_##name == NULL) return "libssl.so.3 has no " #name;

const char *copenssl_load(void) {
  void *library = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return dlerror();
  FUNCTIONS(RESOLVE)
  return NULL;
}

#ifndef COPENSSL_H
#define COPENSSL_H

/*
 * OpenSSL 3, and static inline wrappers for those of its functions that are macros with arguments.
 * The library is not linked but loaded when TLS is first wanted (docs/decisions/0007): lazy.c has
 * the functions that are used. No decisions are made here.
 */

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <string.h>

/* Loads the library, which every other call needs; to be called once. NULL where it is there, or
 * what is missing. */
const char *copenssl_load(void);

static const uint64_t copenssl_no_renegotiation = SSL_OP_NO_RENEGOTIATION;
static const uint64_t copenssl_no_compression = SSL_OP_NO_COMPRESSION;
static const uint64_t copenssl_no_atexit = OPENSSL_INIT_NO_ATEXIT;

/* What an error's reason is beyond the number of an alert that came (SSL_AD_REASON_OFFSET). */
static const int copenssl_alert_reasons = SSL_AD_REASON_OFFSET;

static inline long copenssl_set_min_version(SSL_CTX *context, int version) {
  return SSL_CTX_set_min_proto_version(context, version);
}

static inline long copenssl_set_max_version(SSL_CTX *context, int version) {
  return SSL_CTX_set_max_proto_version(context, version);
}

static inline long copenssl_set_mode(SSL_CTX *context, long mode) {
  return SSL_CTX_set_mode(context, mode);
}

static inline long copenssl_set_session_cache_mode(SSL_CTX *context, long mode) {
  return SSL_CTX_set_session_cache_mode(context, mode);
}

static inline long copenssl_set_max_certificate_list(SSL_CTX *context, long bytes) {
  return SSL_CTX_set_max_cert_list(context, bytes);
}

static inline long copenssl_set_server_name(SSL *ssl, const char *name) {
  return SSL_set_tlsext_host_name(ssl, name);
}

/* How many bytes a memory BIO has to give. */
static inline size_t copenssl_pending(BIO *bio) { return BIO_ctrl_pending(bio); }

/* How many bytes a memory BIO has set aside for what it has to give. */
static inline size_t copenssl_capacity(BIO *bio) {
  BUF_MEM *memory = NULL;
  return BIO_get_mem_ptr(bio, &memory) > 0 && memory != NULL ? memory->max : 0;
}

#endif

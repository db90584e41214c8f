# Completion of godwit(1) for bash. Commands and options are those that the program's help tells.

_godwit() {
  local current=$2 previous=$3 command='' index words
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case ${COMP_WORDS[index]} in
      -*) ;;
      *) command=${COMP_WORDS[index]}; break ;;
    esac
  done

  if [ -z "$command" ]; then
    words=$(godwit --help 2>/dev/null | sed -n 's/^  \(-*[a-z]\{1,\}\)  .*/\1/p')
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    return
  fi

  case $previous in
    --config | --queue | --socket | --serial | -f | --file | --pw-file | --cafile | --cert | --key | \
      --key-pw-file | --psk-file)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return
      ;;
    --profiles | --capath)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$current")
      return
      ;;
    --profile)
      words=$(cd /etc/godwit/device-profiles 2>/dev/null && printf '%s ' *.yaml
        cd /usr/share/godwit/device-profiles 2>/dev/null && printf '%s ' *.yaml)
      mapfile -t COMPREPLY < <(compgen -W "${words//.yaml/} ./" -- "$current")
      return
      ;;
    --log-level) words='error warning notice info debug' ;;
    --parity) words='none even odd' ;;
    -q | --qos) words='0 1 2' ;;
    -V | --protocol-version) words='5 311' ;;
    --tls-version) words='tlsv1.2 tlsv1.3' ;;
    *)
      words=$(godwit "$command" --help 2>/dev/null | grep -o -- '--[a-z][a-z-]*' | sort -u)
      case $command:$previous in
        scan:scan) words="modbus i2c gpio $words" ;;
        queue:queue) words="status ls peek export verify requeue purge $words" ;;
      esac
      case $previous in
        modbus | i2c)
          if [ -z "${current##/*}" ]; then
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "${current:-/dev/}")
            return
          fi
          ;;
      esac
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _godwit godwit

/** Shells that evp completes command lines in. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** What a shell is told of the candidates; the first line says whether names of files may stand there too. */
export const WITH_FILES = "files";
export const WITHOUT_FILES = "values";

/**
 * Asks evp at each TAB, so that a script knows nothing of evp's commands and never grows old. `__complete <shell> -- <words>` prints
 * `files` or `values`, and then a candidate a line, with its description after a tab. The words go up to the one that is typed.
 */
const SCRIPTS: Record<Shell, string> = {
  // In bash, `=` and `:` are words of their own (COMP_WORDBREAKS): evp puts them together, and answers with what follows. Bash 3.2 has no mapfile and no compopt.
  bash: `# bash completion for evp
_evp() {
  local line kind='' current="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  while IFS= read -r line; do
    if [ -z "$kind" ]; then kind="$line"; else COMPREPLY+=("\${line%%$'\\t'*}"); fi
  done < <("$1" __complete bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ "$kind" = files ]; then
    [ "$current" = '=' ] && current=''
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
  fi
}
complete -o nosort -F _evp evp 2>/dev/null || complete -F _evp evp
`,
  zsh: `#compdef evp
# zsh completion for evp
_evp() {
  local -a lines candidates
  local line value
  lines=("\${(@f)$("\${words[1]}" __complete zsh -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${lines[@]:1}"; do
    value="\${\${line%%$'\\t'*}//:/\\\\:}"
    if [[ "$line" == *$'\\t'?* ]]; then candidates+=("$value:\${line#*$'\\t'}"); else candidates+=("$value"); fi
  done
  (( \${#candidates} )) && _describe -V evp candidates
  if [[ "\${lines[1]}" == files ]]; then
    [[ "$PREFIX" == --*=* ]] && compset -P '*='
    _files
  fi
}
if [ "$funcstack[1]" = "_evp" ]; then _evp "$@"; else compdef _evp evp; fi
`,
  fish: `# fish completion for evp
function __evp_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] __complete fish -- $words[2..-1] $current 2>/dev/null)
    test (count $lines) -gt 1; and printf '%s\\n' $lines[2..-1]
    if test "$lines[1]" = files
        set -l option (string match -r -- '^--[^=]+=' $current)
        __fish_complete_path (string replace -r -- '^--[^=]+=' '' $current) | string replace -r -- '^' "$option"
    end
end
complete -c evp -f -k -a '(__evp_complete)'
`,
};

export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}

/** What to type, once, so that a shell has the completion from its next start on. */
const INSTALLATION: Record<Shell, string[]> = {
  bash: [`echo 'eval "$(evp completion bash)"' >> ~/.bashrc`],
  zsh: [`echo 'autoload -Uz compinit && compinit; eval "$(evp completion zsh)"' >> ~/.zshrc`],
  fish: ["mkdir -p ~/.config/fish/completions", "evp completion fish > ~/.config/fish/completions/evp.fish"],
};

export function installationOf(shell: Shell): string[] {
  return INSTALLATION[shell];
}

/** The shell that a path names, for instance `/usr/bin/zsh`; undefined for another one. */
export function shellOf(path: string): Shell | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return SHELLS.find((shell) => shell === name);
}

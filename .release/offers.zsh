# Prints what zsh makes of each command line on standard input when TAB is pressed at its end.
#
#   zsh -f offers.zsh COMPLETION < LINES
#
# Completion runs in a terminal alone, so a second zsh is given one.
zmodload zsh/zpty
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export ZDOTDIR=$folder
cat > $folder/.zshrc <<END
autoload -Uz compinit
compinit -D -u
source ${(q)1:A}
zle-line-init() { print -n 'PROMPT''HERE' }
press-tab() {
  zle complete-word
  print -r -- "\$BUFFER" >> $folder/offered
  BUFFER=
  zle accept-line
}
zle -N zle-line-init
zle -N press-tab
bindkey '^X' press-tab
END
zpty shell 'exec zsh -i'
while IFS= read -r line; do
  zpty -r shell seen '*PROMPTHERE*'
  zpty -w -n shell "$line"$'\x18'
done
zpty -r shell seen '*PROMPTHERE*'
cat $folder/offered
zpty -d shell

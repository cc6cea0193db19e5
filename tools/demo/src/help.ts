export const HELP = `npm run demo [-- OPTIONS]           start everything, place orders, audit them, stay up until Ctrl-C
npm run demo -- audit [OPTIONS]     audit what runs now, once more

  --once            stop everything at the end, and exit
  --orders N        how many orders to place (200)
  --json FILE       write the outcome to FILE as well
  --patience S      of the audit: what is wrong for so many seconds stays wrong (10)
  --with docker     in containers, by Docker; the default where the system is neither Debian nor Ubuntu
  --instance NAME   work on a copy with ports and data of its own, and remove it at the end
  --help            this text

Exit code: 0 every order is accounted for, 1 it is not or something failed, 2 a wrong option, 130 interrupted.`;

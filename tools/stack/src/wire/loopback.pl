# Writes what goes over the loopback interface from or to the TCP ports that it is given: 4 bytes of length, and the packet, again and
# again. SIGTERM ends it; it then says on stderr how many packets the kernel had to drop. Without a port it only looks whether it may.
use strict;
use warnings;

my ($AF_PACKET, $SOCK_RAW, $ETH_P_ALL, $PACKET_OUTGOING) = (17, 3, 3, 4);
my ($SOL_SOCKET, $SO_RCVTIMEO, $SO_RCVBUFFORCE, $SOL_PACKET, $PACKET_STATISTICS) = (1, 20, 33, 263, 6);
my $of_all = unpack('S', pack('n', $ETH_P_ALL));

open(my $file, '<', '/sys/class/net/lo/ifindex') or die "there is no loopback interface: $!\n";
chomp(my $index = <$file>);
socket(my $wire, $AF_PACKET, $SOCK_RAW, $of_all) or die "this user may not capture: $!\n";
bind($wire, pack('S S i x12', $AF_PACKET, $of_all, $index)) or die "bind: $!\n";
exit 0 unless @ARGV;
setsockopt($wire, $SOL_SOCKET, $SO_RCVBUFFORCE, pack('i', 64 << 20));
setsockopt($wire, $SOL_SOCKET, $SO_RCVTIMEO, pack('l! l!', 0, 200_000));

my %wanted = map { $_ => 1 } @ARGV;
my $ended = 0;
$SIG{TERM} = $SIG{INT} = sub { $ended = 1 };
binmode STDOUT;
print STDERR "capturing\n";
until ($ended) {
  my $from = recv($wire, my $packet, 1 << 17, 0);
  next unless defined $from && length $packet > 54;
  # Each packet comes twice there, when it leaves and when it arrives.
  next if unpack('x10 C', $from) == $PACKET_OUTGOING;
  my ($type, $head, $protocol) = unpack('x12 n C x8 C', $packet);
  next unless $type == 0x0800 && $protocol == 6;
  my ($source, $destination) = unpack('n n', substr($packet, 14 + 4 * ($head & 15), 4));
  print pack('N', length $packet), $packet if $wanted{$source} || $wanted{$destination};
}
my (undef, $dropped) = unpack('I I', getsockopt($wire, $SOL_PACKET, $PACKET_STATISTICS));
print STDERR "$dropped dropped\n";

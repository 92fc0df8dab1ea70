#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
# x11-bridge.pl NUMBER: joins its standard streams with this host's X server
# NUMBER. QEMU starts it for each connection that the machine makes.
use strict;
use warnings;
use IO::Select;
use IO::Socket::UNIX;

my ($number) = @ARGV;
my $path     = "/tmp/.X11-unix/X$number";

# The abstract name first: it can be reached from inside the room, too.
my $server = IO::Socket::UNIX->new( Peer => "\0$path" )
  // IO::Socket::UNIX->new( Peer => $path )
  // die "x11-bridge: no X server at $path: $!\n";
binmode $_ for \*STDIN, \*STDOUT, $server;

my %peer  = ( \*STDIN => $server, $server => \*STDOUT );
my $ready = IO::Select->new( \*STDIN, $server );
while ( my @from = $ready->can_read ) {
    for my $from (@from) {
        sysread( $from, my $bytes, 1 << 16 ) or exit;
        while ( length $bytes ) {
            my $count = syswrite( $peer{$from}, $bytes ) // exit;
            substr( $bytes, 0, $count ) = '';
        }
    }
}

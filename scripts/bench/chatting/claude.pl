#!/usr/bin/perl
# Speaks as Claude Code does in its headless mode: one answer of so many pieces, each with the time at which it was said.
use strict;
use warnings;
use Time::HiRes qw(time sleep);
$| = 1;
if (grep { $_ eq "--version" } @ARGV) {
  print "2.1.329 (Claude Code)\n";
  exit 0;
}
my $pieces = PIECES;
my $pause = 0.05;
my $line = <STDIN>;
my $session = "11111111-2222-4333-8444-555555555555";
my $tail = "\"session_id\":\"$session\",\"parent_tool_use_id\":null,\"uuid\":\"$session\"}\n";
print "{\"type\":\"system\",\"subtype\":\"init\",\"model\":\"bench\",\"tools\":[],\"mcp_servers\":[],$tail";
print "{\"type\":\"stream_event\",\"event\":{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"role\":\"assistant\",\"content\":[]}},$tail";
print "{\"type\":\"stream_event\",\"event\":{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}},$tail";
my $text = "";
for (1 .. $pieces) {
  my $word = sprintf("<%.1f>", time() * 1000);
  $text .= $word;
  print "{\"type\":\"stream_event\",\"event\":{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"$word\"}},$tail";
  sleep($pause);
}
print "{\"type\":\"assistant\",\"message\":{\"id\":\"m\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"$text\"}]},$tail";
print "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"duration_ms\":1,\"num_turns\":1,\"result\":\"\",\"total_cost_usd\":0,\"usage\":{\"input_tokens\":1,\"output_tokens\":1},$tail";

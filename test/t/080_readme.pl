# What README.md says is true: every SQL block of it runs, in order, in one database, and shows what
# the page shows; every make target exists; the reference lists what there is, and nothing else.
#
# An HTML comment in front of a block says where it differs from that:
#   <!-- test: fails -->            an error is expected, the one that is shown
#   <!-- test: in NAME [NAME] -->   runs in those databases, made when first named
#   <!-- test: needs EXTENSION -->  is skipped where this extension of PostgreSQL's is not installed
#   <!-- test: servers -->          stand-ins for hosts: every host 'x.example.com' is this server
#   <!-- test-setup [in NAME ...]   SQL that the page does not show
# A text block right behind an SQL block is its output. Column names, numbers of rows, and messages are
# compared, these with their numbers taken out; values are not. Of an error, the page may leave out hints.
use strict;
use warnings;
use FindBin;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $tree = "$FindBin::RealBin/../..";
my $main = 'readme';

# Reads the page into blocks: language, text, line, marker; and the headings.
sub read_page
{
	my ($file) = @_;
	my (@blocks, $block, $setup, @marker);
	my $heading = '';

	open(my $page, '<', $file) or die "$file: $!";
	while (my $line = <$page>)
	{
		if ($block)
		{
			if ($line =~ /^```\s*$/)
			{
				push @blocks, $block;
				$block = undef;
			}
			else
			{
				$block->{text} .= $line;
			}
		}
		elsif ($setup)
		{
			if ($line =~ /^-->\s*$/)
			{
				push @blocks, $setup;
				$setup = undef;
			}
			else
			{
				$setup->{text} .= $line;
			}
		}
		elsif ($line =~ /^```(\w*)\s*$/)
		{
			$block =
			  { language => $1, text => '', line => $., marker => [@marker], heading => $heading };
			@marker = ();
		}
		elsif ($line =~ /^<!-- test-setup(?: in (.*))?\s*$/)
		{
			$setup = {
				language => 'sql',
				text => '',
				line => $.,
				marker => defined $1 ? ["in $1"] : [],
				heading => $heading,
				unseen => 1
			};
		}
		elsif ($line =~ /^<!-- test: (.*?) -->\s*$/)
		{
			push @marker, $1;
		}
		elsif ($line =~ /\S/)
		{
			die "$file line $.: a mark for no block\n" if @marker;
			$heading = $1 if $line =~ /^#+ (.*?)\s*$/;
			push @blocks, { language => '', text => $line, line => $., prose => 1 };
		}
	}
	die "$file: a block has no end\n" if $block || $setup;
	close($page);
	return @blocks;
}

# Lists the column names of every result in psql's aligned output.
sub column_names
{
	my @names;
	my $before = '';

	foreach my $line (split /\n/, $_[0])
	{
		if ($line =~ /^-[-+]*$/)
		{
			my $columns = $before;
			$columns =~ s/^\s+|\s+$//g;
			$columns =~ s/\s*\|\s*/ | /g;
			push @names, $columns;
		}
		$before = $line;
	}
	return \@names;
}

# Lists the numbers of rows.
sub row_counts
{
	return [ $_[0] =~ /^\((\d+) rows?\)$/mg ];
}

# Lists the messages, without psql's own prefix, and N for every number.
sub messages
{
	my @messages;

	foreach my $line (split /\n/, $_[0])
	{
		next unless $line =~ /^(?:psql:\S+ )?((?:ERROR|WARNING|NOTICE|DETAIL|HINT): .*)$/;
		my $message = $1;
		$message =~ s/\d+(?:\.\d+)*(?:e[-+]?\d+)?/N/g;
		push @messages, $message;
	}
	return \@messages;
}

my $page = "$tree/README.md";
my @blocks = read_page($page);
my $node = PostgreSQL::Test::Cluster->new('main');
my %database;

$node->init;
$node->append_conf('postgresql.conf', "fsync = off\npackopt.progress = off\n");
$node->start;

# Runs SQL through psql; gives exit code, output, messages.
sub run_psql
{
	my ($database, $sql) = @_;
	my ($out, $err);

	$node->safe_psql('postgres', "CREATE DATABASE $database") unless $database{$database}++;
	IPC::Run::run(
		[
			'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-P', 'pager=off',
			'-d', $node->connstr($database)
		],
		'<', \$sql, '>', \$out, '2>', \$err);
	return ($? >> 8, $out, $err);
}

delete local $ENV{PGOPTIONS};
local $ENV{PGCLIENTENCODING} = 'UTF8';

my %mark_seen;

for (my $i = 0; $i < @blocks; $i++)
{
	my $block = $blocks[$i];
	next unless $block->{language} eq 'sql';
	my $name = sprintf('line %d, %s%s',
		$block->{line}, $block->{heading}, $block->{unseen} ? ' (set-up)' : '');
	my ($fails, $missing, @databases) = (0, '');
	my $sql = $block->{text};

	foreach my $mark (@{ $block->{marker} })
	{
		$mark_seen{ (split ' ', $mark)[0] }++;
		if ($mark eq 'fails')
		{
			$fails = 1;
		}
		elsif ($mark =~ /^in (.*)$/)
		{
			@databases = split ' ', $1;
		}
		elsif ($mark =~ /^needs (\w+)$/)
		{
			$missing = $1
			  if $node->safe_psql('postgres',
				"SELECT count(*) FROM pg_available_extensions WHERE name = '$1'") eq '0';
		}
		elsif ($mark eq 'servers')
		{
			my $host = $node->host;
			my $port = $node->port;
			($sql =~ s/host '\w+\.example\.com'/host '$host', port '$port'/g)
			  or die "line $block->{line}: no hosts\n";
		}
		else
		{
			die "line $block->{line}: unknown mark \"$mark\"\n";
		}
	}
	@databases = ($main) unless @databases;
	if ($missing)
	{
	  SKIP: { skip("$name: $missing is not installed", 1); }
		next;
	}

	my ($status, $out, $err) = (0, '', '');
	my $wrong = 0;
	foreach my $database (@databases)
	{
		($status, $out, $err) = run_psql($database, $sql);
		$wrong = 1 if $fails ? $status != 3 : $status != 0;
		diag("$database: exit code $status\n$err") if $fails ? $status != 3 : $status != 0;
	}
	ok(!$wrong, $name . ($fails ? ' fails' : ' runs'));

	my $shown = $blocks[ $i + 1 ];
	my $has_output =
	  !$block->{unseen} && $shown && !$shown->{prose} && $shown->{language} eq 'text';
	if ($has_output)
	{
		my $expected = $shown->{text};
		my $messages = messages($err);
		if ($fails)
		{
			my %on_page = map { $_ => 1 } @{ messages($expected) };
			$messages = [ grep { $on_page{$_} || /^ERROR/ } @$messages ];
		}
		is_deeply(
			[
				columns => column_names($out),
				rows => row_counts($out),
				messages => $messages
			],
			[
				columns => column_names($expected),
				rows => row_counts($expected),
				messages => messages($expected)
			],
			"$name: what it shows") or diag("$out$err");
		ok(@{ column_names($expected) } + @{ messages($expected) } > 0,
			"$name: something is shown");
	}
	elsif ($fails)
	{
		ok(0, "$name: the error is shown");
	}
}
ok($mark_seen{$_}, "there is a block marked $_") foreach qw(fails in needs servers);

# Text blocks stand behind what they are the output of.
for (my $i = 0; $i < @blocks; $i++)
{
	next unless !$blocks[$i]{prose} && $blocks[$i]{language} ne 'sql';
	my $language = $blocks[$i]{language};
	ok(($language eq 'text' && $i > 0 && $blocks[ $i - 1 ]{language} eq 'sql')
		|| $language eq 'sh'
		|| $language eq 'c',
		"line $blocks[$i]{line}: a block of a known kind in its place");
}

# Shell blocks: targets that make knows, scripts that are there.
foreach my $block (grep { $_->{language} eq 'sh' } @blocks)
{
	foreach my $line (split /\n/, $block->{text})
	{
		my @words = split ' ', $line;
		shift @words if $words[0] eq 'sudo';
		my $command = shift @words;

		if ($command eq 'make')
		{
			my @targets = grep { !/=/ } @words;
			my ($out, $err);
			# The server's make file is found by pg_config, ours here, whatever the page names.
			delete local @ENV{qw(MAKEFLAGS MAKELEVEL MFLAGS)};
			IPC::Run::run([ 'make', '-n', '-C', $tree, @targets ], '>', \$out, '2>', \$err);
			is($?, 0, "line $block->{line}: $line") or diag($err);
			foreach my $test (map { /^PROVE_TESTS=(.*)/ ? $1 : () } @words)
			{
				ok(-f "$tree/$test", "$test is there");
			}
			foreach my $test (map { /^REGRESS=(.*)/ ? $1 : () } @words)
			{
				ok(-f "$tree/test/sql/$test.sql", "regression test $test is there");
			}
		}
		else
		{
			ok(-x "$tree/$command", "line $block->{line}: $command is there");
		}
	}
}

# Links: to files that are there, and to headings of the page.
my $prose = join('', map { $_->{text} } grep { $_->{prose} } @blocks);
my %anchor;
foreach my $heading ($prose =~ /^#+ (.*)$/mg)
{
	my $anchor = lc $heading;
	$anchor =~ s/[^\w\- ]//g;
	$anchor =~ tr/ /-/;
	ok(!$anchor{$anchor}++, "heading \"$heading\" occurs once");
}
my %links = map { $_ => 1 } $prose =~ /\]\(([^)\s]+)\)/g;
foreach my $link (sort keys %links)
{
	if ($link =~ /^#(.*)/)
	{
		ok($anchor{$1}, "link $link");
	}
	else
	{
		ok(-e "$tree/$link", "link $link");
	}
}

# The reference: every function to call, every setting, column and type stands on the page...
sub query
{
	my ($sql) = @_;
	return split /\n/, $node->safe_psql($main, $sql);
}
my $members = q{SELECT objid FROM pg_depend WHERE deptype = 'e' AND classid = '%s'::regclass
	AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'packopt')};
my $functions = sprintf($members, 'pg_proc');
my ($reference) = $prose =~ /^## Reference\n(.*?)^## FAQ/ms;
my %documented;
foreach my $row ($reference =~ /^\| (`.*?) \| /mg)
{
	$documented{$1} = 1 while $row =~ /`((?:packopt\.)?\w+)\(/g;
}

# Functions behind types, operators and aggregates are not called by name.
my @callable = query(qq{
	SELECT DISTINCT CASE WHEN n.nspname = 'packopt' THEN 'packopt.' ELSE '' END || p.proname
	FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
	WHERE p.oid IN ($functions) AND (n.nspname <> 'packopt' OR NOT (
		p.proname ~ '^(item|box|profile)_(in|out|recv|send|lt|le|eq|ne|ge|gt|cmp|hash|hash_extended)\$'
		OR p.oid IN (SELECT oprcode FROM pg_operator)
		OR obj_description(p.oid, 'pg_proc') ~ '^(internal:|transition function|final function)'))
	ORDER BY 1});
cmp_ok(scalar @callable, '>', 30, 'there are functions to call');
ok($documented{$_}, "function $_ is in the reference") foreach @callable;

# ... and nothing stands there that does not exist.
my %exists = map { $_ => 1 } @callable;
ok($exists{$_}, "function $_ of the reference exists") foreach sort keys %documented;

# Signatures given with types are those of the catalog.
my $signature = q{SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
	WHERE p.oid IN (} . $functions . q{) AND $$%s$$ =
		CASE WHEN n.nspname = 'packopt' THEN 'packopt.' ELSE '' END || p.proname || '(' ||
		regexp_replace(replace(replace(replace(replace(replace(pg_get_function_arguments(p.oid),
		'timestamp with time zone', 'timestamptz'), 'double precision', 'float8'), 'integer', 'int'), 'boolean', 'bool'), ' DEFAULT ', ' = '),
		'::[a-z0-9_.]+(\[\])?', '', 'g') || ')'};
my $signatures = 0;
my ($verbs) = $reference =~ /^### Verbs\n(.*?)^### /ms;
foreach my $line ($verbs =~ /^\| `([\w.]+\(.*?\))`/mg)
{
	$signatures++;
	is($node->safe_psql($main, sprintf($signature, $line)), '1', "signature $line");
}
cmp_ok($signatures, '>=', 16, 'the verbs are given with their signatures');

foreach my $row (query(
		q{SELECT name || '|' || boot_val FROM pg_settings, fits('1x1x1', '1x1x1') WHERE name LIKE 'packopt.%' ORDER BY 1}
	))
{
	my ($setting, $default) = split /\|/, $row;
	ok($prose =~ /^\| `\Q$setting\E` \| `\Q$default\E` \|/m, "setting $setting, default $default");
}
foreach my $row (query(
		q{SELECT attrelid::regclass || '|' || string_agg(attname, '|' ORDER BY attnum) FROM pg_attribute
		JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'packopt'::regnamespace AND relkind IN ('r', 'v') AND attnum > 0
		GROUP BY attrelid ORDER BY 1}))
{
	my ($table, @columns) = split /\|/, $row;
	my $cells = join(', ', map { "`$_`" } @columns);
	ok($reference =~ /^\| `\Q$table\E` \| \Q$cells\E \|/m, "table $table, columns $cells");
}

# Roles of columns: the page has them all, and every name that it gives is found.
my ($roles) = $prose =~ /^### Which columns are read\n(.*?)^### /ms;
my %on_page;
foreach my $row ($roles =~ /^\| (`.*)\|$/mg)
{
	my ($role, $names, $type) = split / \| /, $row;
	$role =~ tr/`//d;
	$on_page{$role} = 1;
	foreach my $name ($names =~ /`(\w+)`/g)
	{
		my $sql_type = $type eq 'boolean' ? 'boolean' : $type =~ /date/ ? 'date' : 'int';
		my %column = (length => 'length', width => 'width', height => 'height', $role => $name);
		my $columns = join(', ',
			map { "$column{$_} " . ($_ eq $role ? $sql_type : 'int') } sort keys %column);
		$node->safe_psql($main, "CREATE TABLE reads_$name ($columns)");
		is($node->safe_psql($main,
				"SELECT column_name FROM check_shipments('reads_$name') WHERE finding = 'column: $role'"),
			$name, "role $role is found by name $name");
	}
}
$node->safe_psql($main, q{CREATE TABLE all_roles (length int, width int, height int, quantity int,
	shipment_id int, weight int, upright bool, foldable bool, compressible bool, fragile bool,
	shipped_at date)});
foreach my $role (
	query(q{SELECT substr(finding, 9) FROM check_shipments('all_roles') WHERE finding ~ '^column: '}))
{
	ok($on_page{$role}, "role $role is on the page");
}

# Reasons for leaving shipments out: the page has those that an attempt at all of them brings up.
my ($reasons) = $reference =~ /^### Why shipments are left out\n(.*)/ms;
$node->safe_psql($main, q{CREATE TABLE dirty (order_id int, length float8, width int, height int, quantity numeric);
	INSERT INTO dirty VALUES (NULL, 1, 1, 1, 1), (2, NULL, 1, 1, 1), (3, 0, 1, 1, 1), (4, -1, 1, 1, 1), (5, 'NaN', 1, 1, 1),
	(6, 20001, 1, 1, 1), (7, 1, 1, 1, 1.5), (8, 1, 1, 1, 10001)});
my @reasons = query(q{SELECT reason FROM packopt.left_out(profile_shipments('dirty'))});
is(scalar @reasons, 8, 'as many reasons as ways to be left out');
foreach my $reason (@reasons)
{
	ok($reasons =~ /^\| [^|]*`$reason`/m, "reason $reason");
}

$node->stop;
done_testing();

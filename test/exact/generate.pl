#!/usr/bin/perl
# Makes the instances of this folder and solves them to proven optimality with cbc.
#
#   usage: generate.pl [NAME...]      writes NAME.txt (all of them without arguments)
#
# The candidates are enumerated here by definition: every size on the steps between the limits, not
# only those with coordinates in use. Candidates that hold the same classes are interchangeable but for
# cost, so the cheapest of them stays; nothing else is left out. The integer programme is the p-median
# problem in its radius form: y_j = 1 if candidate j is in the suite, z_ic >= 0 is 1 if no box of cost
# up to c holds class i, and
#
#   minimize  sum of count_i x (sum over the cost levels c of i, but the last, (next(c) - c) z_ic) + constant
#   z_ic >= z_i,previous(c) - sum of y_j over the candidates of cost c that hold i   (z before all = 1)
#
# where at the last level z = 0: every class that some candidate holds has its box. The suite that cbc
# finds is evaluated here again, in integers; that is the optimum written down.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use List::Util qw(max min);

my $folder = dirname($0);
my $work = tempdir(CLEANUP => 1);

# Random numbers of our own, so that instances are the same with every perl.
my $random;

sub NextRandom
{
	my $n = shift;

	$random = ($random * 1103515245 + 12345) % 2147483648;
	return int($random / 65536) % $n;
}

# Gives a number from low to high.
sub Between
{
	my ($low, $high) = @_;

	return $low + NextRandom($high - $low + 1);
}

# Orders a size: longest first; upright, the third stays.
sub Ordered
{
	my ($upright, @size) = @_;

	return sort { $b <=> $a } @size unless $upright;
	return ((sort { $b <=> $a } @size[0, 1]), $size[2]);
}

# The families: name, seed, suite size, how many classes and how large, and what is special.
my @instances = (
	# one element each, sides at random
	map({ {name => "single-$_->[0]", seed => $_->[0] * 17, suite => $_->[1], classes => $_->[2], side => $_->[3]} }
		[1, 3, 40, 9], [2, 4, 80, 10], [3, 6, 100, 10], [4, 8, 120, 11], [5, 10, 140, 11], [6, 12, 150, 11]),
	# counts that fall off steeply: few classes make most of the shipments
	map({ {name => "skewed-$_->[0]", seed => $_->[0] * 31, suite => $_->[1], classes => $_->[2], side => $_->[3], skew => 1} }
		[1, 4, 80, 10], [2, 6, 120, 11], [3, 9, 140, 12], [4, 12, 160, 12]),
	# a few kinds of products, close to each other
	map({ {name => "kinds-$_->[0]", seed => $_->[0] * 43, suite => $_->[1], classes => $_->[2], side => 14, kinds => 4} }
		[1, 4, 90], [2, 6, 120], [3, 8, 140], [4, 12, 150]),
	# several elements each
	map({ {name => "several-$_->[0]", seed => $_->[0] * 59, suite => $_->[1], classes => $_->[2], side => 10, elements => $_->[3]} }
		[1, 3, 50, 3], [2, 5, 80, 4], [3, 8, 100, 6], [4, 12, 100, 4]),
	# upright: the third side stays vertical
	map({ {name => "upright-$_->[0]", seed => $_->[0] * 71, suite => $_->[1], classes => $_->[2], side => 8, upright => 1, elements => $_->[3]} }
		[1, 3, 50, 1], [2, 6, 90, 1], [3, 10, 110, 1], [4, 5, 70, 3]),
	# boxes that stay, on the grid and off it
	map({ {name => "keep-$_->[0]", seed => $_->[0] * 83, suite => $_->[1], classes => $_->[2], side => 10, keep => $_->[3], step => $_->[4]} }
		[1, 4, 80, 1, [1, 1, 1]], [2, 7, 100, 3, [2, 2, 2]], [3, 12, 130, 5, [1, 1, 1]]),
	# steps of several sizes, limits and padding
	map({ {name => "limits-$_->[0]", seed => $_->[0] * 97, suite => $_->[1], classes => $_->[2], side => 24, step => $_->[3],
		   min => $_->[4], max => $_->[5], padding => $_->[6], elements => $_->[7]} }
		[1, 4, 90, [3, 2, 2], [7, 5, 3], undef, [0, 0, 0], 1],
		[2, 6, 110, [2, 2, 3], undef, [21, 19, 17], [1, 1, 1], 1],
		[3, 8, 90, [3, 3, 3], [5, 5, 4], [23, 23, 20], [2, 1, 0], 3]),
	# a catalogue
	map({ {name => "catalogue-$_->[0]", seed => $_->[0] * 103, suite => $_->[1], classes => $_->[2], side => $_->[3], catalogue => $_->[4],
		   upright => $_->[5], elements => $_->[6]} }
		[1, 3, 60, 12, 20, 0, 1], [2, 5, 100, 16, 60, 0, 1], [3, 8, 120, 20, 150, 0, 2], [4, 12, 140, 20, 250, 1, 1]),
);

# Draws the classes, kept boxes and catalogue of an instance.
sub Draw
{
	my $in = shift;
	my @kinds;

	$random = $in->{seed} + 1;
	NextRandom(2) for 1 .. 10;
	$in->{step} //= [1, 1, 1];
	$in->{padding} //= [0, 0, 0];
	$in->{upright} //= 0;
	push @kinds, [map { Between(2, $in->{side} - 3) } 1 .. 3] for 1 .. ($in->{kinds} // 0);
	for my $i (1 .. $in->{classes})
	{
		my $count = $in->{skew} ? max(1, int(2000 / (Between(1, 100) ** 2) * Between(1, 9))) : Between(1, 40);
		my @elements;

		for (1 .. Between(1, $in->{elements} // 1))
		{
			my $kind = @kinds ? $kinds[NextRandom(scalar @kinds)] : undef;
			my @size = map { my $k = $_; $kind ? max(1, min($in->{side}, $kind->[$k] + Between(-2, 3))) : Between(1, $in->{side}) } 0 .. 2;

			push @elements, [Ordered($in->{upright}, @size)];
		}
		push @{$in->{class}}, {count => $count, elements => \@elements};
	}
	for (1 .. ($in->{keep} // 0))
	{
		push @{$in->{kept}}, [Ordered($in->{upright}, map { Between(3, $in->{side} + 1) } 1 .. 3)];
	}
	for (1 .. ($in->{catalogue} // 0))
	{
		push @{$in->{listed}}, [Ordered($in->{upright}, map { Between(3, $in->{side} + 2) } 1 .. 3)];
	}
}

# Lists the coordinates that candidates may have along an axis.
sub Coordinates
{
	my ($in, $k, $largest) = @_;
	my $step = $in->{step}[$k];
	my $low = $in->{min} ? $in->{min}[$k] : 1;
	my $high = $in->{max} ? $in->{max}[$k] : $largest;
	my %value = map { $_ * $step => 1 } 1 .. int($high / $step);

	$value{$low} = 1 if $in->{min};
	$value{$high} = 1 if $in->{max};
	return grep { $_ >= $low && $_ <= $high } sort { $a <=> $b } keys %value;
}

# Lists the candidates by definition.
sub Candidates
{
	my $in = shift;
	my @boxes;
	my $largest = 0;

	if ($in->{listed})
	{
		my %seen;

		return grep { !$seen{"@$_"}++ } @{$in->{listed}};
	}
	for my $class (@{$in->{class}})
	{
		$largest = max($largest, map { $_ + 10 } @$_) for @{$class->{elements}};
	}
	for my $x (Coordinates($in, 0, $largest))
	{
		for my $y (grep { $_ <= $x } Coordinates($in, 1, $largest))
		{
			push @boxes, map { [$x, $y, $_] } grep { $in->{upright} || $_ <= $y } Coordinates($in, 2, $largest);
		}
	}
	return @boxes;
}

# Whether a box holds a class.
sub Holds
{
	my ($in, $box, $class) = @_;

	for my $e (@{$class->{elements}})
	{
		return 1 unless grep { $e->[$_] + $in->{padding}[$_] > $box->[$_] } 0 .. 2;
	}
	return 0;
}

# Writes the integer programme. Returns its constant.
sub WriteProgramme
{
	my ($in, $boxes, $classes, $path) = @_;
	my $constant = 0;
	my (@objective, @rows, @z);

	for my $i (0 .. $#$classes)
	{
		my %level;
		my $before = '1';

		push @{$level{$boxes->[$_]{cost}}}, $_ for grep { $boxes->[$_]{holds}[$i] } 0 .. $#$boxes;
		my @costs = sort { $a <=> $b } keys %level;
		$constant += $classes->[$i]{count} * $costs[0];
		for my $c (0 .. $#costs)
		{
			my $z = "z${i}_$c";
			my @left = map { "y$_" } @{$level{$costs[$c]}};
			my $right = 0;

			if ($c < $#costs)
			{
				push @left, $z;
				push @z, $z;
				push @objective, $classes->[$i]{count} * ($costs[$c + 1] - $costs[$c]) . " $z";
			}
			if ($before eq '1') { $right = 1 }
			my $row = join(' + ', @left) . ($before eq '1' ? '' : " - $before") . " >= $right";
			push @rows, $row;
			$before = $z;
		}
	}
	open my $file, '>', $path or die "$path: $!";
	print $file "Minimize\n obj: ", join("\n + ", @objective), "\nSubject To\n";
	print $file " r$_: $rows[$_]\n" for 0 .. $#rows;
	print $file ' size: ', join("\n + ", map { "y$_" } 0 .. $#$boxes), " = $in->{suite}\n";
	print $file "Bounds\n";
	print $file " y$_ = 1\n" for grep { $boxes->[$_]{kept} } 0 .. $#$boxes;
	print $file "Binary\n", join("\n", map { " y$_" } grep { !$boxes->[$_]{kept} } 0 .. $#$boxes), "\nEnd\n";
	close $file;
	return $constant;
}

# Runs cbc; gives the numbers of the chosen boxes and the objective that it proved.
sub Solve
{
	my ($programme) = @_;
	my $solution = "$work/solution";
	my $log = qx(cbc $programme ratioGap 0 allowableGap 0 sec 1500 solve solution $solution 2>&1);
	my (@chosen, $objective);

	open my $file, '<', $solution or die "cbc: $log";
	while (<$file>)
	{
		$objective = $1 if /^Optimal - objective value ([-+.\deE]+)/;
		push @chosen, $1 if /^\s*\**\s*\d+ y(\d+)\s+(\S+)/ && $2 > 0.5;
	}
	close $file;
	die "not proved optimal: $log" unless defined $objective;
	return ($objective, @chosen);
}

# Solves an instance and writes it down.
sub Make
{
	my $in = shift;
	my (%cheapest, @boxes, @classes);
	my $optimum = 0;
	my $unboxable = 0;
	my $started = time;

	Draw($in);
	push @boxes, map { {size => $_, kept => 1} } @{$in->{kept} // []};
	push @boxes, map { {size => $_, kept => 0} } Candidates($in);
	my $candidates = grep { !$_->{kept} } @boxes;
	for my $class (@{$in->{class}})
	{
		if (grep { Holds($in, $_->{size}, $class) } @boxes) { push @classes, $class }
		else { $unboxable += $class->{count} }
	}
	for my $box (@boxes)
	{
		$box->{cost} = $box->{size}[0] * $box->{size}[1] * $box->{size}[2];
		$box->{holds} = [map { Holds($in, $box->{size}, $_) } @classes];
		my $key = $box->{kept} ? "kept @{$box->{size}} $box" : join('', @{$box->{holds}});
		$cheapest{$key} = $box if !$cheapest{$key} || $box->{cost} < $cheapest{$key}{cost};
	}
	@boxes = sort { $a->{cost} <=> $b->{cost} || "@{$a->{size}}" cmp "@{$b->{size}}" } values %cheapest;
	my $constant = WriteProgramme($in, \@boxes, \@classes, "$work/instance.lp");
	my ($objective, @chosen) = Solve("$work/instance.lp");

	for my $i (0 .. $#classes)
	{
		my $least = min(map { $boxes[$_]{cost} } grep { $boxes[$_]{holds}[$i] } @chosen) // die 'a class without a box';

		$optimum += $least * $classes[$i]{count};
	}
	die "$in->{name}: the suite costs $optimum, not " . ($objective + $constant)
		if abs($optimum - $objective - $constant) > 0.01 + 1e-7 * $optimum || @chosen > $in->{suite};

	open my $file, '>', "$folder/$in->{name}.txt" or die "$in->{name}: $!";
	print $file "suite_size $in->{suite}\n";
	print $file "upright\n" if $in->{upright};
	print $file "step @{$in->{step}}\n";
	print $file "padding @{$in->{padding}}\n" if grep { $_ > 0 } @{$in->{padding}};
	print $file "min_box @{$in->{min}}\n" if $in->{min};
	print $file "max_box @{$in->{max}}\n" if $in->{max};
	print $file "keep @$_\n" for @{$in->{kept} // []};
	print $file "catalogue @$_\n" for @{$in->{listed} // []};
	print $file join(' ', 'class', $_->{count}, map { @$_ } @{$_->{elements}}), "\n" for @{$in->{class}};
	print $file "unboxable $unboxable\n";
	print $file "optimum $optimum\n";
	close $file;
	printf "%-12s %5d candidates (%d differ) %4d classes %3d boxes: %d, %d s\n", $in->{name}, $candidates,
		scalar(@boxes), scalar(@classes), $in->{suite}, $optimum, time - $started;
}

my %wanted = map { $_ => 1 } @ARGV;

$| = 1;
for my $in (@instances)
{
	Make($in) if !%wanted || $wanted{$in->{name}};
}

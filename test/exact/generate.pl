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
# where at the last level z = 0: every class that some candidate holds has its box. Boxes in use today of
# which some must stay are told apart from others that hold the same; the sum of their y is limited.
#
# A least share needs more (WriteShareProgramme), and all candidates, since a cheaper one draws shipments
# from others. The suite that cbc finds is evaluated here again, in integers; that is the optimum written
# down.
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
	# a limit on the ratio of the longest to the shortest side, with all else
	map({ {name => "ratio-$_->[0]", seed => $_->[0] * 109, suite => $_->[1], classes => $_->[2], side => $_->[3], ratio => $_->[4],
		   elements => $_->[5], upright => $_->[6], step => $_->[7], keep => $_->[8], max => $_->[9], catalogue => $_->[10]} }
		[1, 4, 60, 10, 150000, 1, 0, [1, 1, 1], 0], [2, 8, 80, 10, 200000, 1, 0, [1, 1, 1], 0], [3, 12, 90, 11, 250000, 1, 0, [1, 1, 1], 0],
		[4, 20, 100, 10, 166666, 1, 0, [1, 1, 1], 0], [5, 5, 60, 10, 200000, 3, 0, [1, 1, 1], 2], [6, 9, 70, 9, 133333, 4, 0, [1, 1, 1], 0],
		[7, 5, 60, 8, 150000, 1, 1, [1, 1, 1], 1], [8, 6, 50, 8, 200000, 3, 1, [1, 1, 1], 0], [9, 6, 80, 20, 220000, 1, 0, [3, 2, 2], 1],
		[10, 7, 70, 16, 180000, 2, 0, [2, 2, 2], 0, [15, 13, 11]], [11, 6, 90, 16, 250000, 1, 0, [1, 1, 1], 0, undef, 120],
		[12, 16, 90, 11, 300000, 2, 0, [1, 1, 1], 3]),
	# boxes in use today, of which so many must stay
	map({ {name => "today-$_->[0]", seed => $_->[0] * 127, suite => $_->[1], classes => $_->[2], side => $_->[3], today => $_->[4], stay => $_->[5],
		   elements => $_->[6], upright => $_->[7], keep => $_->[8], catalogue => $_->[9], ratio => $_->[10], step => $_->[11]} }
		[1, 4, 60, 10, 4, 2, 1, 0, 0], [2, 6, 80, 10, 6, 5, 1, 0, 0], [3, 8, 100, 11, 10, 4, 1, 0, 0], [4, 12, 100, 11, 12, 9, 1, 0, 0],
		[5, 20, 110, 11, 18, 12, 1, 0, 0], [6, 5, 60, 9, 5, 4, 4, 0, 0], [7, 8, 80, 9, 8, 5, 3, 0, 2], [8, 10, 80, 9, 12, 7, 5, 0, 0],
		[9, 5, 60, 8, 5, 3, 1, 1, 1], [10, 6, 50, 8, 6, 3, 3, 1, 0], [11, 6, 90, 16, 6, 3, 1, 0, 0, 100], [12, 10, 90, 16, 8, 6, 2, 0, 2, 150],
		[13, 7, 70, 10, 8, 4, 1, 0, 1, 0, 200000], [14, 9, 60, 9, 9, 6, 3, 0, 0, 0, 250000], [15, 8, 80, 20, 8, 6, 1, 0, 0, 0, undef, [3, 2, 2]],
		[16, 16, 90, 10, 16, 8, 2, 0, 3]),
	# boxes that ship a least share, from a catalogue
	map({ {name => "share-$_->[0]", seed => $_->[0] * 131, suite => $_->[1], classes => $_->[2], side => 14, catalogue => $_->[3], share => $_->[4],
		   elements => $_->[5], keep => $_->[6], skew => $_->[7]} }
		[1, 4, 40, 30, 15000, 1, 0], [2, 6, 50, 40, 10000, 1, 1], [3, 8, 50, 40, 8000, 2, 0], [4, 5, 40, 30, 12000, 3, 1], [5, 10, 50, 40, 5000, 1, 0, 1],
		[6, 12, 60, 40, 6000, 1, 2]),
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
	while (@{$in->{current} // []} < ($in->{today} // 0))
	{
		my @size = Ordered($in->{upright}, map { Between(3, $in->{side} + 1) } 1 .. 3);
		my %taken = map { ("@$_" => 1) } @{$in->{kept} // []}, @{$in->{current} // []};

		push @{$in->{current}}, \@size unless $taken{"@size"} || !RatioHolds($in, \@size);
	}
	for (1 .. ($in->{catalogue} // 0))
	{
		push @{$in->{listed}}, [Ordered($in->{upright}, map { Between(3, $in->{side} + 2) } 1 .. 3)];
	}
}

# Whether the longest side of a box is within the ratio to the shortest.
sub RatioHolds
{
	my ($in, $box) = @_;

	return !$in->{ratio} || max(@$box) * 100000 <= min(@$box) * $in->{ratio};
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

		return grep { RatioHolds($in, $_) && !$seen{"@$_"}++ } @{$in->{listed}};
	}
	for my $class (@{$in->{class}})
	{
		$largest = max($largest, map { $_ + ($in->{ratio} ? 4 : 10) } @$_) for @{$class->{elements}};
	}
	for my $x (Coordinates($in, 0, $largest))
	{
		for my $y (grep { $_ <= $x } Coordinates($in, 1, $largest))
		{
			push @boxes, grep { RatioHolds($in, $_) } map { [$x, $y, $_] } grep { $in->{upright} || $_ <= $y } Coordinates($in, 2, $largest);
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
	print $file ' stay: ', join("\n + ", map { "y$_" } grep { $boxes->[$_]{current} } 0 .. $#$boxes), " >= $in->{stay}\n" if $in->{stay};
	print $file "Bounds\n";
	print $file " y$_ = 1\n" for grep { $boxes->[$_]{kept} } 0 .. $#$boxes;
	print $file "Binary\n", join("\n", map { " y$_" } grep { !$boxes->[$_]{kept} } 0 .. $#$boxes), "\nEnd\n";
	close $file;
	return $constant;
}

# Writes the integer programme with a least share. The boxes are in the order in which they get shipments:
# z_it is 1 if no chosen box up to t holds class i, w_it is 1 if none behind t does, each along the boxes
# that hold i. What ships in t is the sum of the differences of z there; f_t is 1 if some class has no other
# box, and then or if it is kept that may be less than the least. Returns the constant.
sub WriteShareProgramme
{
	my ($in, $boxes, $classes, $path) = @_;
	my $least = Least($in);
	my $constant = 0;
	my (@objective, @rows, %shipped, %alone);

	for my $i (0 .. $#$classes)
	{
		my @holders = grep { $boxes->[$_]{holds}[$i] } 0 .. $#$boxes;
		my $count = $classes->[$i]{count};

		$constant += $count * $boxes->[$holders[0]]{cost};
		push @rows, "z${i}_s = 1", "z${i}_$holders[-1] = 0";
		for my $n (0 .. $#holders)
		{
			my $t = $holders[$n];
			my ($before, $z, $w) = ($n == 0 ? "z${i}_s" : "z${i}_$holders[$n - 1]", "z${i}_$t", "w${i}_$t");

			push @rows, "$z - $before + y$t >= 0", "$z - $before <= 0", "$z + y$t <= 1";
			if ($n == $#holders) { push @rows, "$w <= 1" }
			else { push @rows, "$w - w${i}_$holders[$n + 1] <= 0", "$w + y$holders[$n + 1] <= 1" }
			push @rows, "s${i}_$t - $before <= 0", "s${i}_$t - $w <= 0";
			push @objective, $count * ($boxes->[$holders[$n + 1]]{cost} - $boxes->[$t]{cost}) . " $z" if $n < $#holders;
			push @{$shipped{$t}}, "$count $before - $count $z";
			push @{$alone{$t}}, "s${i}_$t";
		}
	}
	for my $t (grep { !$boxes->[$_]{kept} } 0 .. $#$boxes)
	{
		push @rows, join("\n + ", "$least f$t - $least y$t", @{$shipped{$t} // []}) . ' >= 0';
		push @rows, join("\n - ", "f$t", @{$alone{$t} // []}) . ' <= 0', "f$t - y$t <= 0";
	}
	open my $file, '>', $path or die "$path: $!";
	print $file "Minimize\n obj: ", join("\n + ", @objective), "\nSubject To\n";
	print $file " r$_: $rows[$_]\n" for 0 .. $#rows;
	print $file ' size: ', join("\n + ", map { "y$_" } 0 .. $#$boxes), " <= $in->{suite}\nBounds\n";
	print $file " y$_ = 1\n" for grep { $boxes->[$_]{kept} } 0 .. $#$boxes;
	print $file "Binary\n", join("\n", map { (" y$_", " f$_") } grep { !$boxes->[$_]{kept} } 0 .. $#$boxes), "\nEnd\n";
	close $file;
	return $constant;
}

# Gives the shipments that a box has to ship.
sub Least
{
	my $in = shift;
	my $all = 0;
	my $least;

	$all += $_->{count} for @{$in->{class}};
	$least = int($in->{share} * $all / 100000);
	$least++ while $least * 100000 < $in->{share} * $all;
	return $least;
}

# Whether all chosen boxes, in the order of the boxes, are worth their slots.
sub WorthSlots
{
	my ($in, $boxes, $classes, @chosen) = @_;
	my (%shipped, %alone);

	for my $i (0 .. $#$classes)
	{
		my @holders = grep { $boxes->[$_]{holds}[$i] } sort { $a <=> $b } @chosen;

		$shipped{$holders[0]} += $classes->[$i]{count};
		$alone{$holders[0]} = 1 if @holders == 1;
	}
	return !grep { ($shipped{$_} // 0) < Least($in) && !$alone{$_} && !$boxes->[$_]{kept} } @chosen;
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
	push @boxes, map { {size => $_, kept => 0, current => 1} } @{$in->{current} // []};
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
		my $key = $box->{kept} || ($box->{current} && $in->{stay}) || $in->{share} ? "@{$box->{size}} $box" : join('', @{$box->{holds}});
		$cheapest{$key} = $box if !$cheapest{$key} || $box->{cost} < $cheapest{$key}{cost};
	}
	@boxes = sort { $a->{cost} <=> $b->{cost} || $a->{size}[0] <=> $b->{size}[0] || $a->{size}[1] <=> $b->{size}[1] } values %cheapest;
	my $constant = ($in->{share} ? \&WriteShareProgramme : \&WriteProgramme)->($in, \@boxes, \@classes, "$work/instance.lp");
	my ($objective, @chosen) = Solve("$work/instance.lp");

	for my $i (0 .. $#classes)
	{
		my $least = min(map { $boxes[$_]{cost} } grep { $boxes[$_]{holds}[$i] } @chosen) // die 'a class without a box';

		$optimum += $least * $classes[$i]{count};
	}
	die "$in->{name}: the suite costs $optimum, not " . ($objective + $constant)
		if abs($optimum - $objective - $constant) > 0.01 + 1e-7 * $optimum || @chosen > $in->{suite};
	die "$in->{name}: too few of today's boxes" if $in->{stay} && $in->{stay} > grep { $boxes[$_]{current} } @chosen;
	die "$in->{name}: a box ships too little" if $in->{share} && !WorthSlots($in, \@boxes, \@classes, @chosen);

	open my $file, '>', "$folder/$in->{name}.txt" or die "$in->{name}: $!";
	print $file "suite_size $in->{suite}\n";
	print $file "upright\n" if $in->{upright};
	print $file "step @{$in->{step}}\n";
	print $file "padding @{$in->{padding}}\n" if grep { $_ > 0 } @{$in->{padding}};
	print $file "min_box @{$in->{min}}\n" if $in->{min};
	print $file "max_box @{$in->{max}}\n" if $in->{max};
	print $file "max_ratio $in->{ratio}\n" if $in->{ratio};
	print $file "min_share $in->{share}\n" if $in->{share};
	print $file "current @$_\n" for @{$in->{current} // []};
	print $file "must_stay $in->{stay}\n" if $in->{stay};
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

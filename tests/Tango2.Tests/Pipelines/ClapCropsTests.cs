using Tango2.Pipelines;

namespace Tango2.Tests.Pipelines;

public class ClapCropsTests
{
    [Fact]
    public void Evenly_spaced_parts_are_the_middles_of_equal_stretches() =>
        Assert.Equal([1161L, 3485, 5808, 8131, 10_455], ClapCrops.Even(5).Offsets(11_616));

    [Fact]
    public void There_are_no_more_parts_than_places()
    {
        Assert.Equal([0L, 1], ClapCrops.Even(5).Offsets(1));
        Assert.Single(ClapCrops.Even(9).Starts([(0, 1), (0, 1), (1, 2)]));
    }

    [Fact]
    public void With_fusion_a_part_is_three_starts_each_in_its_range()
    {
        (long, long)[] ranges = [(0, 9), (9, 17), (17, 25)];
        Assert.Equal<long[]>([[1, 10, 18], [4, 13, 21], [7, 15, 23]], ClapCrops.Even(3).Starts(ranges));
        Assert.Equal<long[]>([[0, 9, 17]], ClapCrops.Beginning.Starts(ranges));
        Assert.Equal<long[]>([[]], ClapCrops.Even(3).Starts([]));
    }

    [Fact]
    public void A_given_place_must_be_in_the_clip() => Assert.Equal(
        "Offsets into this clip must lie in 0 to 10 samples, but are 3, 11.",
        Assert.Throws<ArgumentException>(() => ClapCrops.At(3, 11).Offsets(10)).Message);

    [Fact]
    public void The_spread_is_from_the_lowest_to_the_highest() =>
        Assert.Equal((0.25, 0.5), (new ClapReading([0, 0.25, 0.5]).Score, new ClapReading([0, 0.25, 0.5]).Spread));
}

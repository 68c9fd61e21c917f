using Tango2.Preferences;
using Tango2.Studies;

namespace Tango2.Tests.Studies;

public class PerturbationStudyTests
{
    [Fact]
    public void A_caption_is_written_only_in_its_first_row()
    {
        var perturbed = PerturbationStudy.Of(
            new RuleBasedPerturber(), ["A dog barks, then a bell rings", "Rain falls before thunder roars"],
            Strategy.TemporallyPerturbed, count: 2, seed: 1);
        Assert.Equal(4, perturbed.Count);
        var rows = PerturbationStudy.Table("t", perturbed).ToString().Split('\n').Skip(1).ToArray();
        Assert.StartsWith("A dog barks, then a bell rings\t", rows[0], StringComparison.Ordinal);
        Assert.StartsWith("\t", rows[1], StringComparison.Ordinal);
        Assert.EndsWith("\torder", rows[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_margin_is_positive_where_the_original_scores_higher()
    {
        var wrong = new Perturbation("b", Strategy.Perturbed, PerturbationKind.Source);
        Assert.Equal(0.25, new PerturbedSound("a", wrong, (zeros(1), 0.5), (zeros(1), 0.25)).Margin);
    }
}

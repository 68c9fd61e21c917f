using Tango2.Diffusion;

namespace Tango2.Tests.Diffusion;

public class GuidanceTests
{
    private static Tensor Network(Tensor x, Tensor t, Tensor states, Tensor mask) =>
        x * t.reshape(-1, 1, 1, 1) + (states * mask.unsqueeze(-1)).mean([1, 2]).reshape(-1, 1, 1, 1);

    private static TextStates Text(double value) => new(full(2, 3, 4, value), ones(2, 3, dtype: @bool));

    [Theory]
    [InlineData(1, 5)]
    [InlineData(0.5, 5)]
    [InlineData(3, 11)]
    public void Guidance_goes_beyond_the_text_only_above_1(double scale, double expected)
    {
        using var scope = NewDisposeScope();
        using var denoiser = Guidance.Guide(Network, Text(5), Text(2), scale); // 2 + 3·(5 − 2) = 11
        var actual = denoiser.Predict(zeros(2, 8, 4, 4), ones(2, dtype: int64));
        Golden.Close(full(2, 8, 4, 4, expected), actual, 1e-6, 0, "guided");
    }

    [Fact]
    public void Predicting_leaves_only_the_prediction_behind()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var scope = NewDisposeScope())
        using (var denoiser = Guidance.Guide(Network, Text(5), Text(2), 3))
        {
            denoiser.Predict(zeros(2, 8, 4, 4), ones(2, dtype: int64));
        }
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Guidance_without_the_empty_text_is_refused()
    {
        using var scope = NewDisposeScope();
        var e = Assert.Throws<ArgumentNullException>(() => Guidance.Guide(Network, Text(5), null, 3));
        Assert.StartsWith("emptyText is needed where guidanceScale is above 1.", e.Message);
    }
}

using Tango2.Diffusion;

namespace Tango2.Tests.Diffusion;

public class GuidanceTests
{
    private static Tensor Network(Tensor x, Tensor t, TextStates text) =>
        x * t.reshape(-1, 1, 1, 1) + (text.EncoderHiddenStates * text.EncoderAttentionMask.unsqueeze(-1)).mean([1, 2]).reshape(-1, 1, 1, 1);

    private static TextStates Text(double value) => new(full(2, 3, 4, value), ones(2, 3, dtype: @bool));

    [Theory]
    [InlineData(0, 2, 2)]
    [InlineData(0.5, 3.5, 4)]
    [InlineData(1, 5, 2)]
    [InlineData(1.5, 6.5, 4)]
    [InlineData(3, 11, 4)]
    public void Guidance_is_u_plus_w_times_c_minus_u_at_every_scale(double scale, double expected, long rows) // cases: --guidance 0, 0.5, 1
    {
        using var scope = NewDisposeScope();
        var asked = 0L;
        using var denoiser = new GuidedDenoiser(Counted, Text(5), Text(2), scale); // 2 + 3·(5 − 2) = 11
        var actual = denoiser.Predict(zeros(2, 8, 4, 4), ones(2, dtype: int64));
        Golden.Close(full(2, 8, 4, 4, expected), actual, 1e-6, 0, "guided");
        Assert.Equal(rows, asked); // 0 needs no text, 1 no empty text

        Tensor Counted(Tensor x, Tensor t, TextStates text)
        {
            asked += x.shape[0];
            return Network(x, t, text);
        }
    }

    [Theory]
    [InlineData(-0.5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_scale_that_is_negative_or_no_number_is_refused(double scale)
    {
        using var scope = NewDisposeScope();
        var message = FormattableString.Invariant($"The guidance scale must be a number, 0 or more, but is {scale}.");
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => new GuidedDenoiser(Network, Text(5), Text(2), scale)).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => Guidance.Combine(zeros(1), zeros(1), scale)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Predicting_leaves_only_the_prediction_behind(double scale)
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var scope = NewDisposeScope())
        using (var denoiser = new GuidedDenoiser(Network, Text(5), Text(2), scale))
        {
            denoiser.Predict(zeros(2, 8, 4, 4), ones(2, dtype: int64));
        }
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Guidance_without_the_empty_text_is_refused()
    {
        using var scope = NewDisposeScope();
        var e = Assert.Throws<ArgumentNullException>(() => new GuidedDenoiser(Network, Text(5), null, 3));
        Assert.StartsWith("emptyText is needed where guidanceScale is not 1.", e.Message);
        Assert.Throws<ArgumentNullException>(() => new GuidedDenoiser(Network, Text(5), null, 0));
        new GuidedDenoiser(Network, Text(5), null, 1).Dispose();
    }
}

using System.Diagnostics;
using Tango2.Evaluation;
using Tango2.Mini.Truth;
using Tango2.Pipelines;
using Tango2.Tensors;

namespace Tango2.Tests.Parity;

/// <summary>Whether a model that samples in bfloat16 is as good, and how much faster it is, on processors that have it.</summary>
[Trait("Category", "FullSize")]
public class SamplingPrecisionTests
{
    private const int Prompts = 256, Rounds = 3;

    [Fact]
    public void The_mini_base_in_bfloat16_is_as_good_by_judge_OER_and_FAD()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("TANGO2_FULL") == "1", "Set TANGO2_FULL=1 to generate 512 mini clips; some minutes.");
        Assert.SkipUnless(Processor.HasBFloat16, "This processor has no bfloat16 of its own: sampling in it takes very long.");
        using var scope = NewDisposeScope();
        var models = MiniModels.Default;
        var (evaluator, protocol) = (models.Evaluator(), EvaluationSet.Validation(4, Prompts));
        var (single, half) = (models.TextToAudio(), models.TextToAudio().To(CPU, Precision.BFloat16));
        var changes = Evaluator.Compare(evaluator.Run("float32", single, protocol), evaluator.Run("bfloat16", half, protocol), 4);
        foreach (var metric in new[] { Metric.ClapIndependent, Metric.Oer.ByDetector, Metric.Fad })
        {
            var (before, after, change) = changes[metric];
            TestContext.Current.SendDiagnosticMessage(FormattableString.Invariant(
                $"{metric.Title}: float32 {before:0.000}, bfloat16 {after:0.000}, change {change.Estimate:0.0000} [{change.Low:0.0000}, {change.High:0.0000}]"));
            Assert.InRange(0, change.Low, change.High);
        }
        var ratios = Enumerable.Range(0, Rounds).Select(_ => Seconds(single, protocol) / Seconds(half, protocol)).Order().ToArray();
        TestContext.Current.SendDiagnosticMessage(FormattableString.Invariant(
            $"float32 takes {ratios[Rounds / 2]:0.00} times as long as bfloat16 (median of {Rounds} rounds in turn)"));
    }

    private static double Seconds(TextToAudio model, EvaluationSet protocol)
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        model.Generate([.. protocol.Prompts.Take(32)], [.. protocol.Seeds.Take(32)]);
        return clock.Elapsed.TotalSeconds;
    }
}

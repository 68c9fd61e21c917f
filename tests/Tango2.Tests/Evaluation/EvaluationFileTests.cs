using Tango2.Checkpoints;
using Tango2.Evaluation;
using Tango2.Metrics;
using Tango2.Tests.Checkpoints;

namespace Tango2.Tests.Evaluation;

public sealed class EvaluationFileTests
{
    [Fact]
    public void Parts_that_are_read_together_measure_what_the_whole_measures()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var whole = Result(0, 40);
        string[] paths = [folder["a.safetensors"], folder["b.safetensors"]];
        EvaluationFile.Write(paths[0], Result(0, 25));
        EvaluationFile.Write(paths[1], Result(25, 40));
        var read = EvaluationFile.Read(paths);
        Assert.Equal(whole.Model, read.Model);
        Assert.Equal(whole.ByKey().OrderBy(m => m.Key), read.ByKey().OrderBy(m => m.Key));
        Assert.Equal(whole.Scores[Metric.Oer.ByDetector].Counts, read.Scores[Metric.Oer.ByDetector].Counts);
        Assert.Equal(0, read.Waveforms.shape[0]);
        Assert.All(Evaluator.Compare(whole, read, seed: 1, resamples: 10).Values, change => Assert.Equal(new(0, 0, 0), change.Interval));
    }

    [Fact]
    public void A_file_of_something_else_and_no_file_at_all_are_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder["other.safetensors"];
        string Refused(params string[] paths) => Assert.Throws<InvalidDataException>(() => EvaluationFile.Read(paths)).Message;
        SafeTensors.Write(path, [new("weights", ones(2))]);
        Assert.Contains("expected the model's name, found none", Refused(path), StringComparison.Ordinal);
        SafeTensors.Write(path, [new("weights", ones(2))], new Dictionary<string, string> { ["model"] = "m" });
        Assert.Contains("expected a tensor embeddings, found weights", Refused(path), StringComparison.Ordinal);
        var (whole, less) = (folder["whole.safetensors"], folder["less.safetensors"]);
        var result = Result(0, 40);
        EvaluationFile.Write(whole, result);
        EvaluationFile.Write(less, Changed("m", result.Scores.Where(s => s.Key == Metric.Clap).ToDictionary()));
        Assert.Contains($"{less} is no part of a result: expected the tensors of {whole}", Refused(whole, less), StringComparison.Ordinal);
        EvaluationFile.Write(less, Changed("other", result.Scores));
        Assert.Contains("expected a part of 'm'", Refused(whole, less), StringComparison.Ordinal);
        EvaluationResult Changed(string model, IReadOnlyDictionary<Metric, Score> scores) => new(model, scores, result.Features, result.Waveforms);
        Assert.Throws<ArgumentException>(() => EvaluationFile.Read([]));
    }

    [Fact]
    public void Trainings_are_pooled_prompt_by_prompt()
    {
        using var scope = NewDisposeScope();
        var (before, one, other) = (Result(0, 40), Result(0, 40, shift: 0.1), Result(0, 40, shift: 0.3));
        var pooled = Evaluator.Compare([before], [one, other], seed: 1, resamples: 10)[Metric.Clap];
        Assert.Equal(before[Metric.Clap] + 0.2, pooled.After, 9);
        Assert.Equal((0.2, 0.2), (Math.Round(pooled.Interval.Low, 9), Math.Round(pooled.Interval.High, 9)));
        Assert.Equal(
            Evaluator.Compare(before, one, seed: 1, resamples: 10), Evaluator.Compare([before], [one, one], seed: 1, resamples: 10));
        var back = Evaluator.Compare([one, other], [before], seed: 1, resamples: 10);
        Assert.Equal(-0.2, back[Metric.Clap].Interval.Estimate, 9);
        Assert.Equal(before[Metric.Clap] + 0.2, back[Metric.Clap].Before, 9);
        Assert.Equal((one[Metric.Fad] + other[Metric.Fad]) / 2, back[Metric.Fad].Before, 9);
        Assert.StartsWith("There must be at least one model on each side", Assert.Throws<ArgumentException>(
            () => Evaluator.Compare([before], [], seed: 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Evaluator.Compare([], [before], seed: 1));
    }

    [Fact]
    public void Scores_of_other_items_are_not_pooled()
    {
        Assert.Equal([1.0, 0.5], Score.Pooled([new([1, 0], [1, 1]), new([1, 1], [2, 1])]).Sums);
        Assert.Equal([1.5, 1.0], Score.Pooled([new([1, 0], [1, 1]), new([1, 1], [2, 1])]).Counts);
        Assert.Contains("got 2 and 1", Assert.Throws<ArgumentException>(
            () => Score.Pooled([Score.Mean([1, 2]), Score.Mean([1])])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Score.Pooled([]));
    }

    // Prompts from first to last of one world of 40, a part of which measures what it measures within the whole.
    private static EvaluationResult Result(int first, int last, double shift = 0)
    {
        using var generator = new Generator(7);
        var (embeddings, logits, real) = (
            randn([40, 6], generator: generator), randn([40, 5], generator: generator), randn([40, 6], generator: generator));
        double[] scores = [.. Enumerable.Range(first, last - first).Select(i => i / 40.0 + shift)];
        double[] counts = [.. Enumerable.Range(first, last - first).Select(i => i % 2.0)];
        return new("m", new Dictionary<Metric, Score>
        {
            [Metric.Clap] = Score.Mean(scores),
            [Metric.Fidelity] = Score.Mean([.. scores.Select(score => Math.Round(score))]),
            [Metric.Oer.ByDetector] = new([.. counts.Select(c => c / 2)], counts),
        }, new(embeddings[first..last], logits[first..last], real[first..last]), zeros([last - first, 8]));
    }
}

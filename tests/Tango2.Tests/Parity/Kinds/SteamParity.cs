using System.Text.Json.Nodes;
using Tango2.Metrics;

namespace Tango2.Tests.Parity;

/// <summary>STEAM's temporal metrics from the probabilities of frames; the tool's answers are in the companion file.</summary>
internal static class SteamParity
{
    private static readonly Dictionary<OrderError, string> Names = new()
    {
        [OrderError.None] = "",
        [OrderError.NotDetected] = "non_detect",
        [OrderError.WrongOrder] = "occur_error",
        [OrderError.Overlap] = "overlap_error",
    };

    public static void Run(ParityFixture f, Comparison c)
    {
        var file = LooseJson.Parse(File.ReadAllText(Path.Combine(f.Folder, (string)f.Entry["companion_file"]!)));
        var decoder = new GroundingDecoder
        {
            Threshold = (double)f.Config["threshold"]!,
            MedianWidth = (int)f.Config["window_size"]!,
            MergeGap = (double)f.Config["continue_window"]!,
            FrameSeconds = (double)f.Config["time_resolution"]!,
        };
        var tolerance = f.Tolerances.For("output.all");
        foreach (var (task, expected) in file["expected"]!.AsObject())
        {
            var captions = Captions(f, task, file["reference_json"]![task]!.AsObject(), decoder);
            foreach (var caption in captions) Segments(c, caption, expected!["segments"]![caption.Id]!, tolerance);
            Score(c, task, captions, expected!, tolerance);
        }
    }

    private static void Score(Comparison c, string task, TemporalCaption[] captions, JsonNode expected, Tolerance tolerance)
    {
        switch (task)
        {
            case "ordering":
                foreach (var caption in captions)
                {
                    var (found, known) = (Names[OrderErrorRate.Error(caption)], (string)expected["errors"]![caption.Id]!);
                    c.That(found == known, $"{caption.Id}: the order is '{found}', but the tool says '{known}'");
                }
                c.Beside(task, (double)expected["value"]!, OrderErrorRate.Of(captions).Value, tolerance);
                break;
            case "duration":
                Errors(c, captions, expected, tolerance, DurationError.Error);
                c.Beside(task, (double)expected["value"]!, DurationError.Of(captions).Value, tolerance);
                break;
            case "frequency":
                Errors(c, captions, expected, tolerance, (_, sound) => FrequencyError.Error(sound));
                c.Beside(task, (double)expected["value"]!, FrequencyError.Of(captions).Value, tolerance);
                break;
            case "timestamp":
                // The other measures of sed_eval that the file has are not STEAM's.
                var f1 = expected["sed_eval"]!["Segment_based Result"]!["f_measure"]!["f_measure"]!;
                c.Beside(task, (double)f1, TimestampF1.Of(captions).Value, tolerance);
                break;
            default:
                c.That(false, $"the task '{task}' is not known");
                break;
        }
    }

    private static void Errors(
        Comparison c, TemporalCaption[] captions, JsonNode expected, Tolerance tolerance,
        Func<TemporalCaption, TemporalEvent, double> error)
    {
        foreach (var caption in captions)
            foreach (var sound in caption.Events)
                c.Beside($"{caption.Id}, {sound.Label}", (double)expected["errors"]![caption.Id]![sound.Label]!,
                    error(caption, sound), tolerance);
    }

    private static void Segments(Comparison c, TemporalCaption caption, JsonNode expected, Tolerance tolerance)
    {
        foreach (var sound in caption.Events)
            c.Beside($"{caption.Id}, {sound.Label}: regions", Table(expected[sound.Label]!.AsArray().Select(Region)),
                Table(sound.Detected), tolerance);
    }

    private static Tensor Table(IEnumerable<EventRegion> regions) =>
        tensor(regions.SelectMany(r => (double[])[r.Onset, r.Offset]).ToArray()).reshape(-1, 2);

    private static TemporalCaption[] Captions(ParityFixture f, string task, JsonObject captions, GroundingDecoder decoder) =>
        [.. captions.Select(caption => new TemporalCaption(
            caption.Key,
            [.. caption.Value!["event"]!.AsObject().Select(sound => new TemporalEvent(
                sound.Key, [.. sound.Value!.AsArray().Select(Region)],
                decoder.Decode(f.Input($"{task}.{caption.Key}.{sound.Key}.prob").data<float>().ToArray())))]))];

    // A pair of times, a duration, or a bare number that stands for one occurrence.
    private static EventRegion Region(JsonNode? entry) =>
        entry is JsonArray times ? new((double)times[0]!, (double)times[1]!) : new(0, (double)entry!);
}

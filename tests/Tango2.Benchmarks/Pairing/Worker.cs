using System.Diagnostics;
using System.Text.Json.Nodes;
using Tango2.Benchmarks.Cases;

namespace Tango2.Benchmarks.Pairing;

/// <summary>Our side of a paired run: one line of JSON in, one out, until the input ends.</summary>
internal static class Worker
{
    /// <summary>Answers requests.</summary>
    public static void Serve(TextReader requests, TextWriter answers)
    {
        TimedStep? step = null;
        using var noGrad = no_grad();
        while (requests.ReadLine() is { } line)
        {
            JsonObject answer;
            try
            {
                answer = Answer(JsonNode.Parse(line)!.AsObject(), ref step);
            }
            catch (Exception error)
            {
                // The other side must hear of it, whatever it was.
                answer = new() { ["error"] = $"{error.GetType().Name}: {error.Message}" };
            }
            answers.WriteLine(answer.ToJsonString());
            answers.Flush();
        }
        step?.Dispose();
    }

    private static JsonObject Answer(JsonObject request, ref TimedStep? step)
    {
        switch ((string)request["op"]!)
        {
            case "hello":
                set_num_threads((int)request["threads"]!);
                return new()
                {
                    [".NET"] = Environment.Version.ToString(),
                    ["TorchSharp"] = typeof(torch).Assembly.GetName().Version!.ToString(3),
                    ["libtorch"] = __version__,
                    ["threads"] = get_num_threads(),
                };
            case "build":
                step?.Dispose();
                step = null;
                manual_seed(0);
                step = AllCases.Chosen([(string)request["name"]!])[0].Ours((string)request["folder"]!);
                using (var result = step.Run(null))
                    return new()
                    {
                        ["parameters"] = step.Parameters,
                        ["shape"] = Words.Of(result.numel() == 0 ? [] : result.shape),
                    };
            default:
                return new() { ["ms"] = Words.Of(Time(step!, (int)request["count"]!, (string?)request["variant"])) };
        }
    }

    private static double[] Time(TimedStep step, int count, string? variant)
    {
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            step.Run(variant).Dispose();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return times;
    }
}

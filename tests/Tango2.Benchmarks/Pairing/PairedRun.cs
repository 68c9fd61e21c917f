using System.Diagnostics;
using Tango2.Benchmarks.Cases;
using Tango2.Files;

namespace Tango2.Benchmarks.Pairing;

/// <summary>Times every case on both sides in turns, and keeps the results after each case.</summary>
internal static class PairedRun
{
    private static string Folder => Path.Combine(Repository.Root, "tests", "Tango2.Benchmarks");

    /// <summary>Runs it; returns the exit code.</summary>
    public static int Run(PairOptions options)
    {
        options.Validate();
        var cases = AllCases.Chosen(options.Only);
        var path = Path.Combine(Folder, options.Python is null ? "ours.json" : "results.json");
        var scratch = Directory.CreateTempSubdirectory("tango2-benchmarks-");
        try
        {
            using var ours = Side.Ours(options.Threads);
            using var python = options.Python is { } program
                ? Side.Python(options.Threads, program, Path.Combine(Folder, "reference", "worker.py"))
                : null;
            var results = Results.Read(path) with
            {
                Machine = Machine(options.Threads),
                Ours = ours.Versions,
                Python = python?.Versions ?? "not run",
            };
            foreach (var chosen in cases)
            {
                if (chosen.NeedsPython && python is null)
                {
                    Console.WriteLine($"{chosen.Name}: left out, since Python writes the file that it reads.");
                    continue;
                }
                var result = Measure(chosen, ours, python, scratch.FullName, options);
                Console.WriteLine(Line(chosen.Name, result));
                results = results.With(chosen.Name, result);
                results.Write(path, AllCases.Names);
            }
            Console.WriteLine($"Written: {Path.GetRelativePath(Repository.Root, path)} and the table beside it.");
            return 0;
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static CaseResult Measure(PairedCase chosen, Side ours, Side? python, string scratch, PairOptions options)
    {
        chosen.Prepare(scratch);
        var theirs = python?.Build(new() { ["op"] = "build", ["case"] = chosen.Reference(scratch) });
        var mine = ours.Build(new() { ["op"] = "build", ["name"] = chosen.Name, ["folder"] = scratch });
        if (theirs is not null && theirs != mine)
            throw new InvalidDataException($"{chosen.Name}: the sides do not do the same. Python: {theirs}, ours: {mine}.");

        var (clock, turns, counterTurns) = (Stopwatch.StartNew(), new List<double[]>(), new List<double[]>());
        var variants = chosen.Variants.ToDictionary(v => v, _ => new List<double>());
        var steps = Timings.Steps(ours.Time(1)[0], options.TurnSeconds);
        var counterSteps = python is null ? 0 : Timings.Steps(python.Time(1)[0], options.TurnSeconds);
        foreach (var variant in chosen.Variants) _ = ours.Time(1, variant);
        for (var round = 0; round < options.Rounds; round++)
        {
            if (round >= options.FewestRounds && clock.Elapsed.TotalSeconds > options.CaseSeconds) break;
            turns.Add(ours.Time(steps));
            if (python is not null) counterTurns.Add(python.Time(counterSteps));
            foreach (var (variant, times) in variants) times.AddRange(ours.Time(1, variant));
        }
        return CaseResult.Of(chosen.What, turns, python is null ? null : counterTurns, variants);
    }

    private static string Line(string name, CaseResult result) => FormattableString.Invariant(
        $"{name,-16} {result.Rounds} rounds   ours {result.Ours,10:0.0} ms   Python {result.Python,10:0.0} ms   ratio {result.Ratio,5:0.00}") +
        string.Concat(result.Variants.Select(v => FormattableString.Invariant($"\n    {v.Key}: {v.Value:0.0} ms")));

    private static string Machine(int threads)
    {
        const string Information = "/proc/cpuinfo", Key = "model name";
        var model = File.Exists(Information)
            ? File.ReadLines(Information).FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal))?.Split(':')[1].Trim()
            : null;
        return $"{model ?? "unknown processor"}, {Environment.ProcessorCount} cores, {threads} threads on each side";
    }
}

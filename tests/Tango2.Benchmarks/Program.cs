using System.CommandLine;
using BenchmarkDotNet.Running;
using Tango2.Benchmarks.Cases;
using Tango2.Benchmarks.Pairing;

namespace Tango2.Benchmarks;

/// <summary>Three verbs: <c>pair</c> times us against Python, <c>small</c> runs BenchmarkDotNet, <c>worker</c> is pair's own.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        try
        {
            return new RootCommand("Speed of Tango2.Research.") { Pair(), Small(), WorkerVerb() }.Parse(args)
                .Invoke(new() { EnableDefaultExceptionHandler = false });
        }
        catch (Exception error) when (error is ArgumentException or InvalidDataException or IOException)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
    }

    private static Command Pair()
    {
        var only = new Option<string[]>("--only")
        {
            Description = $"Cases to time; the others keep their results. Known: {string.Join(", ", AllCases.Names)}.",
            AllowMultipleArgumentsPerToken = true,
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "How often both sides take turns.",
            DefaultValueFactory = _ => 5,
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Threads of each side.",
            DefaultValueFactory = _ => 2,
        };
        var python = new Option<string>("--python")
        {
            Description = "The Python that has PyTorch 1.13.1.",
            DefaultValueFactory = _ => "/usr/bin/python3",
        };
        var oursOnly = new Option<bool>("--ours-only") { Description = "Times this library without Python." };
        var command = new Command("pair", "Time the same shapes here and in Python, in turns.")
        {
            only, rounds, threads, python, oursOnly,
        };
        command.SetAction(result => PairedRun.Run(new(
            result.GetValue(only) ?? [], result.GetValue(rounds), result.GetValue(threads),
            result.GetValue(oursOnly) ? null : result.GetValue(python))));
        return command;
    }

    private static Command Small()
    {
        var rest = new Argument<string[]>("arguments")
        {
            Description = "For BenchmarkDotNet, after a --, such as: -- --filter '*Mel*'.",
        };
        var command = new Command("small", "Time small operations with BenchmarkDotNet.") { rest };
        command.SetAction(result =>
        {
            string[] arguments = result.GetValue(rest) is { Length: > 0 } given ? given : ["--filter", "*"];
            BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(arguments);
        });
        return command;
    }

    private static Command WorkerVerb()
    {
        var command = new Command("worker", "Answers a paired run; not for people.") { Hidden = true };
        command.SetAction(_ => Worker.Serve(Console.In, Console.Out));
        return command;
    }
}

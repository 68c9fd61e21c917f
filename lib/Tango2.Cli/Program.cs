using System.CommandLine;
using System.CommandLine.Help;
using Tango2.Cli.Verbs;
using Tango2.Files;

namespace Tango2.Cli;

/// <summary>The <c>tango2</c> command.</summary>
internal static class Program
{
    /// <summary>Exit code for what the caller can mend: an unknown verb, a wrong option, a missing file.</summary>
    internal const int Misused = 2;

    /// <summary>After Ctrl-C or SIGTERM: a training stops between two steps, a notebook leaves its outputs so far.</summary>
    private static readonly TimeSpan TimeToStop = TimeSpan.FromMinutes(1);

    private static async Task<int> Main(string[] args) => await Run(args, Console.Error);

    internal static async Task<int> Run(string[] args, TextWriter errors)
    {
        var quiet = new Option<bool>("--quiet")
        {
            Description = "Give no warnings of what is odd but not wrong.",
            Recursive = true,
        };
        var result = Root(quiet).Parse(args);
        if (result.Errors.Count > 0)
        {
            foreach (var error in result.Errors) await errors.WriteLineAsync("tango2: " + error.Message);
            await errors.WriteLineAsync("See: tango2 --help");
            return Misused;
        }
        try
        {
            Warnings.Quiet |= result.GetValue(quiet);
            return await result.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeToStop,
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException
            or ArgumentException)
        {
            await errors.WriteLineAsync("tango2: " + error.Message);
            return Misused;
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync("tango2: stopped; files that were finished before are whole.");
            return 130;
        }
    }

    // No RootCommand: that would call itself by the name of the program's file.
    private static Command Root(Option<bool> quiet) => new("tango2", "Tango 2: text-to-audio diffusion, aligned on preference pairs.")
    {
        new HelpOption(),
        new VersionOption(),
        quiet,
        EvaluateVerb.Build(),
        FetchVerb.Build(),
        GenerateVerb.Build(),
        InspectVerb.Build(),
        ModelsVerb.Build(),
        NotebookVerb.Build(),
        ReproduceVerb.Build(),
        ScoreVerb.Build(),
        TrainVerb.Build(),
    };
}

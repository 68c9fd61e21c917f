using Spectre.Console;

namespace Tango2.Cli.Generation;

/// <summary>A bar of the denoising network's calls, with the time that is left. On standard error, and for people only.</summary>
internal static class CallProgress
{
    /// <summary>Where no person looks, such as in a log: a line of what is done and how long the rest will take.</summary>
    /// <param name="what">What is done.</param>
    /// <param name="elapsed">Since the start.</param>
    /// <param name="done">Parts that are done.</param>
    /// <param name="of">All parts, of about the same length.</param>
    public static void Line(string what, TimeSpan elapsed, int done, int of)
    {
        if (!Console.IsErrorRedirected || done == of) return;
        Console.Error.WriteLine($"{what}, about {elapsed * (of - done) / done:d\\.hh\\:mm\\:ss} left");
    }

    /// <summary>Does work that tells how many calls are done, and how many there will be.</summary>
    /// <param name="what">What is done.</param>
    /// <param name="work">Takes what it tells.</param>
    public static T Watched<T>(string what, Func<Action<int, int>, T> work)
    {
        if (Console.IsErrorRedirected) return work((_, _) => { });
        return AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }).Progress().HideCompleted(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new RemainingTimeColumn(), new SpinnerColumn())
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(what), maxValue: 1);
                task.IsIndeterminate = true;
                return work((done, of) =>
                {
                    task.IsIndeterminate = false;
                    (task.MaxValue, task.Value) = (of, done);
                    task.Description = Markup.Escape($"{what}, call {done} of {of}");
                });
            });
    }
}

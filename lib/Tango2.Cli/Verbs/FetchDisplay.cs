using System.Diagnostics;
using Spectre.Console;
using Tango2.Hub;

namespace Tango2.Cli.Verbs;

/// <summary>Shows on standard error how far a fetch is: bars in a terminal, and lines now and then elsewhere.</summary>
internal static class FetchDisplay
{
    private const int BarWidth = 16; // so that rate and time left fit in 80 columns

    /// <summary>Runs a fetch and shows its news.</summary>
    public static async Task Run(Func<IProgress<FetchProgress>, Task> fetch)
    {
        if (Console.IsErrorRedirected)
        {
            await fetch(new Lines(Console.Error));
            return;
        }
        await Run(AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }), fetch);
    }

    /// <summary>Runs a fetch and shows its news as bars: bytes, rate and time left of each file.</summary>
    internal static Task Run(IAnsiConsole console, Func<IProgress<FetchProgress>, Task> fetch) =>
        console.Progress().Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = BarWidth },
            new PercentageColumn(), new DownloadedColumn { Base = FileSizeBase.Decimal },
            new TransferSpeedColumn { Base = FileSizeBase.Decimal }, new RemainingTimeColumn()).StartAsync(context => fetch(new Bars(context)));

    private sealed class Bars(ProgressContext context) : IProgress<FetchProgress>
    {
        private readonly Dictionary<string, ProgressTask> _tasks = [];

        public void Report(FetchProgress news)
        {
            if (!_tasks.TryGetValue(news.File.Path, out var task))
            {
                if (news.Stage == FetchStage.Here) return; // it was here before
                _tasks[news.File.Path] = task = context.AddTask(Markup.Escape(news.File.Name), maxValue: news.Size ?? double.MaxValue);
            }
            task.Description = Markup.Escape(news.Stage switch
            {
                FetchStage.Waiting => $"{news.File.Name}: another process fetches it",
                FetchStage.Checking => $"{news.File.Name}: checking",
                _ => news.File.Name,
            });
            if (news.Size is { } size) task.MaxValue = Math.Max(size, 1);
            task.Value = news.Stage == FetchStage.Here ? task.MaxValue : news.Done;
        }
    }

    /// <summary>One line a file when it is here, and for a large one, a line from time to time.</summary>
    internal sealed class Lines(TextWriter output) : IProgress<FetchProgress>
    {
        private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private RemoteFile? _file;
        private (TimeSpan Time, long Done) _first, _last;

        public void Report(FetchProgress news)
        {
            var now = _clock.Elapsed;
            if (_file != news.File) (_file, _first, _last) = (news.File, (now, news.Done), (now, news.Done));
            if (news.Stage == FetchStage.Waiting) output.WriteLine($"{news.File.Name}: another process fetches it; waiting.");
            if (news.Stage == FetchStage.Here) output.WriteLine($"{news.File.Name}: {ByteText.Of(news.Done)}, whole");
            if (news.Stage != FetchStage.Arriving || now - _last.Time < Between) return;
            _last = (now, news.Done);
            var rate = (news.Done - _first.Done) / (now - _first.Time).TotalSeconds;
            var left = news.Size is { } size && rate > 0
                ? FormattableString.Invariant($", {TimeSpan.FromSeconds(Math.Ceiling((size - news.Done) / rate)):g} left") : "";
            output.WriteLine(
                $"{news.File.Name}: {ByteText.Of(news.Done)} of {ByteText.Of(news.Size)}, {ByteText.Of((long)rate)} a second{left}");
        }
    }
}

using Spectre.Console;
using Spectre.Console.Rendering;

namespace Tango2.Cli.Notebooks;

/// <summary>A progress bar for each notebook that has begun, and one for all if there are several.</summary>
/// <param name="context">Where the bars are.</param>
/// <param name="atOnce">How many notebooks run at a time.</param>
internal sealed class NotebookBars(ProgressContext context, int atOnce)
{
    private readonly List<Bar> _bars = [];
    private ProgressTask? _all;

    /// <summary>What a progress line shows.</summary>
    public static ProgressColumn[] Columns =>
    [
        new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
        new TimeLeftColumn(), new SpinnerColumn(),
    ];

    /// <summary>A notebook that will run.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="seconds">What each of its code cells takes, roughly.</param>
    public Bar Add(string name, IReadOnlyList<double> seconds)
    {
        if (_bars.Count == 1) _all = context.AddTask("all notebooks");
        _bars.Add(new(context, Markup.Escape(name), seconds));
        return _bars[^1];
    }

    /// <summary>Keeps the bars moving until the notebooks have run.</summary>
    public async Task Until(Task run)
    {
        do Show(); while (await Task.WhenAny(run, Task.Delay(500)) != run);
        Show();
        await run;
    }

    private void Show()
    {
        foreach (var bar in _bars) bar.Show();
        if (_all is null) return;
        var pace = _bars.Select(bar => bar.Pace).OfType<NotebookPace>().Select(p => p.Pace).DefaultIfEmpty(1).Average();
        var left = _bars.Select(bar => bar.Pace?.Left.TotalSeconds ?? bar.Total / pace).ToArray();
        Show(_all, _bars.Sum(bar => bar.Pace?.Done ?? 0), _bars.Sum(bar => bar.Total), Math.Max(left.Max(), left.Sum() / atOnce));
    }

    private static void Show(ProgressTask task, double done, double total, double left)
    {
        (task.MaxValue, task.Value) = (total, done);
        task.State.Update<double>(nameof(NotebookPace.Left), _ => left);
    }

    /// <summary>One notebook's bar; it appears when the first cell begins.</summary>
    internal sealed class Bar(ProgressContext context, string name, IReadOnlyList<double> seconds)
    {
        private ProgressTask? _task;

        /// <summary>Seconds of all its cells, roughly.</summary>
        public double Total { get; } = seconds.Sum();

        /// <summary>How far it is; null before it begins.</summary>
        public NotebookPace? Pace { get; private set; }

        /// <summary>A code cell begins.</summary>
        /// <param name="cell">Its number, from 1.</param>
        /// <param name="cells">How many there are.</param>
        public void Begin(int cell, int cells)
        {
            Pace ??= new(seconds, TimeProvider.System);
            Pace.Begin(cell);
            _task ??= context.AddTask(name);
            _task.Description = $"{name} cell {cell}/{cells}";
        }

        /// <summary>The notebook has ended.</summary>
        /// <param name="ran">Whether all cells ran.</param>
        public void End(bool ran)
        {
            Pace ??= new(seconds, TimeProvider.System);
            Pace.Begin(seconds.Count + 1);
            _task ??= context.AddTask(name);
            _task.Description = ran ? name : $"[red]{name} failed[/]";
            Show();
            _task.StopTask();
        }

        /// <summary>Brings the bar up to date.</summary>
        public void Show()
        {
            if (_task is { IsFinished: false } && Pace is { } pace)
                NotebookBars.Show(_task, pace.Done, pace.Total, pace.Left.TotalSeconds);
        }
    }

    private sealed class TimeLeftColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Spectre.Console.Text(
            $@"{TimeSpan.FromSeconds(task.State.Get<double>(nameof(NotebookPace.Left))):h\:mm\:ss} left", Color.Blue);
    }
}

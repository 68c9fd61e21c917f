using OxyPlot;
using OxyPlot.Series;
using Tango2.Audio;
using Tango2.Charts;
using Tango2.Tensors;
using static System.FormattableString;

namespace Tango2.Display;

/// <summary>Figures by what they show. Labels carry the unit in brackets: "time [s]".</summary>
public static class Figures
{
    private const int Height = 300, MostPoints = 500;

    /// <summary>A waveform over seconds, as the range of samples in each column of the picture.</summary>
    /// <param name="samples">[N], in [−1, 1].</param>
    /// <param name="sampleRate">Hz.</param>
    /// <param name="title">What is heard.</param>
    public static Figure Waveform(float[] samples, int sampleRate, string title = "Waveform")
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        var model = Drawing.Model(title, "time [s]", "amplitude");
        (model.Axes[1].Minimum, model.Axes[1].Maximum) = (-1.05, 1.05);
        var line = new LineSeries { Color = Drawing.Colour(0), StrokeThickness = 1 };
        var columns = Math.Min(samples.Length, Drawing.Width);
        for (var column = 0; column < columns; column++)
        {
            var (from, to) = ((long)column * samples.Length / columns, (long)(column + 1) * samples.Length / columns);
            var part = samples.AsSpan((int)from, (int)(to - from));
            var (low, high) = (float.MaxValue, float.MinValue);
            foreach (var sample in part) (low, high) = (Math.Min(low, sample), Math.Max(high, sample));
            var seconds = (double)from / sampleRate;
            line.Points.Add(new(seconds, low));
            if (high > low) line.Points.Add(new(seconds, high));
        }
        model.Series.Add(line);
        return new(title, Drawing.Svg(model, 180));
    }

    /// <summary>A waveform over seconds.</summary>
    public static Figure Waveform(Waveform waveform, string title = "Waveform")
    {
        ArgumentNullException.ThrowIfNull(waveform);
        return Waveform(waveform.Samples, waveform.SampleRate, title);
    }

    /// <summary>A log-mel spectrogram: time to the right, mel bins upwards, brighter is louder.</summary>
    /// <param name="mel">[T, F], natural logarithm of magnitude.</param>
    /// <param name="title">What is heard.</param>
    /// <param name="seconds">Length of the clip; 0 labels the axis in frames.</param>
    public static Figure Spectrogram(float[,] mel, string title = "Log-mel spectrogram", double seconds = 0)
    {
        ArgumentNullException.ThrowIfNull(mel);
        return SpectrogramDrawing.Of(mel, title, seconds);
    }

    /// <summary>A log-mel spectrogram of a tensor.</summary>
    /// <param name="mel">[T, F] or [1, 1, T, F], natural logarithm of magnitude.</param>
    /// <param name="title">What is heard.</param>
    /// <param name="seconds">Length of the clip; 0 labels the axis in frames.</param>
    public static Figure Spectrogram(Tensor mel, string title = "Log-mel spectrogram", double seconds = 0)
    {
        using var scope = NewDisposeScope();
        var frames = mel.detach().to(float32).cpu().squeeze();
        Shape.Check(frames, "T, F", nameof(mel));
        var (values, columns) = (frames.contiguous().data<float>().ToArray(), (int)frames.shape[1]);
        var picture = new float[frames.shape[0], columns];
        Buffer.BlockCopy(values, 0, picture, 0, values.Length * sizeof(float));
        return Spectrogram(picture, title, seconds);
    }

    /// <summary>Curves over a common axis, with a legend.</summary>
    public static Figure Curves(
        string title, string xLabel, string yLabel, params (string Name, double[] X, double[] Y)[] curves) =>
        Drawn(title, xLabel, yLabel, Points.Of(curves));

    /// <summary>Curves with a note to each point, which is told while the pointer is over it.</summary>
    public static Figure Curves(
        string title, string xLabel, string yLabel, params (string Name, double[] X, double[] Y, string[] Notes)[] curves) =>
        Drawn(title, xLabel, yLabel, Points.Of(curves));

    /// <summary>Curves over their index: 0, 1, 2, ….</summary>
    public static Figure Curves(string title, string xLabel, string yLabel, params (string Name, Tensor Y)[] curves)
    {
        using var scope = NewDisposeScope();
        return Curves(title, xLabel, yLabel, [.. curves.Select(curve =>
        {
            Shape.Check(curve.Y, "N", curve.Name);
            var y = curve.Y.detach().to(float64).cpu().contiguous().data<double>().ToArray();
            return (curve.Name, y.Select((_, i) => (double)i).ToArray(), y);
        })]);
    }

    /// <summary>Clouds of points; of more than 500 in a cloud an even choice of 500 is drawn.</summary>
    public static Figure Scatter(
        string title, string xLabel, string yLabel, params (string Name, double[] X, double[] Y)[] clouds) =>
        Clouds(title, xLabel, yLabel, null, Points.Of(clouds));

    /// <summary>Clouds with a note to each point, which is told while the pointer is over it.</summary>
    public static Figure Scatter(
        string title, string xLabel, string yLabel, params (string Name, double[] X, double[] Y, string[] Notes)[] clouds) =>
        Clouds(title, xLabel, yLabel, null, Points.Of(clouds));

    /// <summary>Clouds of two measurements of one quantity, with the diagonal on which the two are equal.</summary>
    public static Figure Agreement(
        string title, string xLabel, string yLabel, params (string Name, double[] X, double[] Y)[] clouds) =>
        Clouds(title, xLabel, yLabel, Diagonal(title, Points.Of(clouds)), Points.Of(clouds));

    /// <summary>The same with a note to each point, which is told while the pointer is over it.</summary>
    public static Figure Agreement(
        string title, string xLabel, string yLabel, params (string Name, double[] X, double[] Y, string[] Notes)[] clouds) =>
        Clouds(title, xLabel, yLabel, Diagonal(title, Points.Of(clouds)), Points.Of(clouds));

    private static Figure Drawn(string title, string xLabel, string yLabel, Points[] curves)
    {
        var model = Drawing.Model(title, xLabel, yLabel);
        for (var i = 0; i < curves.Length; i++)
        {
            var line = new LineSeries
            {
                Title = curves[i].Name,
                Color = Drawing.Colour(i),
                Dashes = Drawing.Stroke(i),
                StrokeThickness = 1.8,
            };
            line.Points.AddRange(curves[i].X.Zip(curves[i].Y, (x, y) => new DataPoint(x, y)));
            model.Series.Add(line);
        }
        Drawing.Legend(model);
        return Drawing.Figure(title, model, Height, curves.Select((curve, i) =>
            new Curve(curve.Name, Drawing.Hex(i), curve.X, curve.Y, i) { Notes = curve.Notes }));
    }

    private static Points Diagonal(string title, Points[] clouds)
    {
        var all = clouds.SelectMany(cloud => cloud.X.Concat(cloud.Y)).Where(double.IsFinite).ToArray();
        if (all.Length == 0) throw new ArgumentException($"'{title}' has no finite value to draw.", nameof(clouds));
        double[] ends = [all.Min(), all.Max()];
        return new("equal", ends, ends, null);
    }

    private static Figure Clouds(string title, string xLabel, string yLabel, Points? diagonal, Points[] clouds)
    {
        var model = Drawing.Model(title, xLabel, yLabel);
        for (var i = 0; i < clouds.Length; i++)
        {
            var dots = new ScatterSeries
            {
                Title = clouds[i].Name,
                MarkerType = Drawing.Mark(i),
                MarkerSize = 2.5,
                MarkerFill = OxyColor.FromAColor(160, Drawing.Colour(i)),
            };
            dots.Points.AddRange(clouds[i].X.Zip(clouds[i].Y, (x, y) => new ScatterPoint(x, y)));
            model.Series.Add(dots);
        }
        var traces = clouds.Select((cloud, i) =>
            (Trace)new Cloud(cloud.Name, Drawing.Hex(i), cloud.X, cloud.Y, i) { Notes = cloud.Notes });
        if (diagonal is { } equal)
        {
            var line = new LineSeries { Title = equal.Name, Color = OxyColors.Gray, Dashes = Drawing.Stroke(1) };
            line.Points.AddRange(equal.X.Zip(equal.Y, (x, y) => new DataPoint(x, y)));
            model.Series.Add(line);
            traces = traces.Append(new Curve(equal.Name, "#808080", equal.X, equal.Y, 1));
        }
        Drawing.Legend(model);
        return Drawing.Figure(title, model, 360, traces);
    }

    /// <summary>Histograms with common bins, laid over each other.</summary>
    /// <param name="title">What is counted.</param>
    /// <param name="xLabel">The quantity and its unit.</param>
    /// <param name="bins">Number of equal bins between the smallest and the largest value.</param>
    /// <param name="groups">Values by group.</param>
    public static Figure Histogram(
        string title, string xLabel, int bins, params (string Name, double[] Values)[] groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        return HistogramDrawing.Of(title, xLabel, bins, groups);
    }

    /// <summary>One bar per name.</summary>
    public static Figure Bars(string title, string valueLabel, params (string Name, double Value)[] bars) =>
        Bars(title, valueLabel, [.. bars.Select(bar => (bar.Name, bar.Value, bar.Value, bar.Value))]);

    /// <summary>One bar per name with the interval [low, high] drawn over it, for example a 95 % bootstrap interval.</summary>
    public static Figure Bars(
        string title, string valueLabel, params (string Name, double Value, double Low, double High)[] bars)
    {
        ArgumentNullException.ThrowIfNull(bars);
        var model = Drawing.Model(title, valueLabel, "");
        var names = Drawing.Names(bars.Select(bar => bar.Name));
        model.Axes[1] = names;
        var series = new BarSeries { FillColor = Drawing.Colour(0), StrokeThickness = 0 };
        series.Items.AddRange(bars.Select(bar => new BarItem(bar.Value)));
        model.Series.Add(series);
        for (var i = 0; i < bars.Length; i++)
        {
            if (bars[i].High <= bars[i].Low) continue;
            var interval = new LineSeries
            {
                Color = OxyColors.Black,
                StrokeThickness = 1.5,
                MarkerType = MarkerType.Custom,
                MarkerSize = 5,
                MarkerOutline = [new(0, -1), new(0, 1)],
                MarkerStroke = OxyColors.Black,
                MarkerStrokeThickness = 1.5,
            };
            interval.Points.Add(new(bars[i].Low, i));
            interval.Points.Add(new(bars[i].High, i));
            model.Series.Add(interval);
        }
        var notes = bars.Select(bar => bar.High > bar.Low ? Invariant($"[{bar.Low:G3}, {bar.High:G3}]") : "");
        return Drawing.Figure(title, model, 90 + Drawing.RowHeight(names, 32) * bars.Length,
        [
            new Bars("", Drawing.Hex(0), names.Labels, [.. bars.Select(bar => bar.Value)],
                [.. bars.Select(bar => bar.Low)], [.. bars.Select(bar => bar.High)]) { Notes = [.. notes] },
        ]);
    }

    /// <summary>
    /// Makes the figures of this notebook, or page, move: shows nothing but a line, and carries plotly.js. Figures that are
    /// shown later move too.
    /// </summary>
    /// <remarks>3.6 MB of output: clear it before the notebook is saved for others.</remarks>
    public static Shown Interactive() => new FigureScript();

    /// <summary>Something with a name to draw, thinned so that a figure stays small.</summary>
    private sealed record Points(string Name, double[] X, double[] Y, string[]? Notes)
    {
        public static Points[] Of((string Name, double[] X, double[] Y)[] points)
        {
            ArgumentNullException.ThrowIfNull(points);
            return [.. points.Select(p => Thin(p.Name, p.X, p.Y, null))];
        }

        public static Points[] Of((string Name, double[] X, double[] Y, string[] Notes)[] points)
        {
            ArgumentNullException.ThrowIfNull(points);
            return [.. points.Select(p => Thin(p.Name, p.X, p.Y, p.Notes))];
        }

        private static Points Thin(string name, double[] x, double[] y, string[]? notes)
        {
            if (x.Length != y.Length)
                throw new ArgumentException($"'{name}' must have as many x as y, but has {x.Length} and {y.Length}.");
            if (notes is not null && notes.Length != x.Length)
            {
                throw new ArgumentException(
                    $"'{name}' must have as many notes as x, but has {notes.Length} and {x.Length}.");
            }
            int[] kept = [.. Drawing.Spread(x.Length, MostPoints)];
            return new(name, [.. kept.Select(i => x[i])], [.. kept.Select(i => y[i])],
                notes is null ? null : [.. kept.Select(i => notes[i])]);
        }
    }
}

/// <summary>The script that makes figures move, as a notebook shows it.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
internal sealed class FigureScript : Shown
{
    /// <inheritdoc/>
    public override string ToHtml() => $"<p>{this}</p>{PlotlyScript.Html}";

    /// <inheritdoc/>
    public override string ToString() => "Figures can be zoomed now.";
}

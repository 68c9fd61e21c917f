using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using Tango2.Audio;
using Tango2.Tensors;

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
        var model = Drawing.Model(title, seconds > 0 ? "time [s]" : "frame", "mel bin");
        foreach (var axis in model.Axes) axis.MajorGridlineStyle = LineStyle.None;
        var columns = Math.Min(mel.GetLength(0), 256);
        var data = new double[columns, mel.GetLength(1)];
        for (var column = 0; column < columns; column++)
        {
            var (from, to) = (column * mel.GetLength(0) / columns, (column + 1) * mel.GetLength(0) / columns);
            for (var bin = 0; bin < mel.GetLength(1); bin++)
            {
                for (var frame = from; frame < to; frame++) data[column, bin] += mel[frame, bin];
                data[column, bin] /= to - from;
            }
        }
        var end = seconds > 0 ? seconds : mel.GetLength(0);
        model.Axes.Add(new LinearColorAxis
        {
            Position = AxisPosition.Right,
            Palette = OxyPalettes.Viridis(64),
            Title = "log magnitude",
        });
        model.Series.Add(new HeatMapSeries
        {
            Data = data,
            Interpolate = false,
            CoordinateDefinition = HeatMapCoordinateDefinition.Edge,
            X0 = 0,
            X1 = end,
            Y0 = 0,
            Y1 = mel.GetLength(1),
        });
        return new(title, Drawing.Svg(model, 240));
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
    public static PlotlyFigure Curves(
        string title, string xLabel, string yLabel, params (string Name, double[] X, double[] Y)[] curves)
    {
        Check(curves);
        var model = Drawing.Model(title, xLabel, yLabel);
        var thin = curves.Select(Thinned).ToArray();
        for (var i = 0; i < thin.Length; i++)
        {
            var line = new LineSeries
            {
                Title = thin[i].Name,
                Color = Drawing.Colour(i),
                Dashes = Drawing.Stroke(i),
                StrokeThickness = 1.8,
            };
            line.Points.AddRange(thin[i].X.Zip(thin[i].Y, (x, y) => new DataPoint(x, y)));
            model.Series.Add(line);
        }
        Drawing.Legend(model);
        return new(title, Drawing.Svg(model, Height), Plotly.Json(title, xLabel, yLabel,
            thin.Select((curve, i) => Plotly.Trace(curve.Name, "lines", i, curve.X, curve.Y))));
    }

    /// <summary>Curves over their index: 0, 1, 2, ….</summary>
    public static PlotlyFigure Curves(string title, string xLabel, string yLabel, params (string Name, Tensor Y)[] curves)
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
    public static PlotlyFigure Scatter(
        string title, string xLabel, string yLabel, params (string Name, double[] X, double[] Y)[] clouds) =>
        Clouds(title, xLabel, yLabel, null, clouds);

    /// <summary>Clouds of two measurements of one quantity, with the diagonal on which the two are equal.</summary>
    public static PlotlyFigure Agreement(
        string title, string xLabel, string yLabel, params (string Name, double[] X, double[] Y)[] clouds)
    {
        Check(clouds);
        var all = clouds.SelectMany(cloud => cloud.X.Concat(cloud.Y)).Where(double.IsFinite).ToArray();
        if (all.Length == 0) throw new ArgumentException($"'{title}' has no finite value to draw.", nameof(clouds));
        double[] ends = [all.Min(), all.Max()];
        return Clouds(title, xLabel, yLabel, ("equal", ends, ends), clouds);
    }

    private static PlotlyFigure Clouds(string title, string xLabel, string yLabel,
        (string Name, double[] X, double[] Y)? diagonal, (string Name, double[] X, double[] Y)[] clouds)
    {
        Check(clouds);
        var model = Drawing.Model(title, xLabel, yLabel);
        var thin = clouds.Select(Thinned).ToArray();
        for (var i = 0; i < thin.Length; i++)
        {
            var dots = new ScatterSeries
            {
                Title = thin[i].Name,
                MarkerType = Drawing.Mark(i),
                MarkerSize = 2.5,
                MarkerFill = OxyColor.FromAColor(160, Drawing.Colour(i)),
            };
            dots.Points.AddRange(thin[i].X.Zip(thin[i].Y, (x, y) => new ScatterPoint(x, y)));
            model.Series.Add(dots);
        }
        var traces = thin.Select((cloud, i) => Plotly.Trace(cloud.Name, "markers", i, cloud.X, cloud.Y));
        if (diagonal is { } equal)
        {
            var line = new LineSeries { Title = equal.Name, Color = OxyColors.Gray, Dashes = Drawing.Stroke(1) };
            line.Points.AddRange(equal.X.Zip(equal.Y, (x, y) => new DataPoint(x, y)));
            model.Series.Add(line);
            traces = traces.Append(Plotly.Trace(equal.Name, "lines", 1, equal.X, equal.Y));
        }
        Drawing.Legend(model);
        return new(title, Drawing.Svg(model, 360), Plotly.Json(title, xLabel, yLabel, traces));
    }

    /// <summary>Histograms with common bins, laid over each other.</summary>
    /// <param name="title">What is counted.</param>
    /// <param name="xLabel">The quantity and its unit.</param>
    /// <param name="bins">Number of equal bins between the smallest and the largest value.</param>
    /// <param name="groups">Values by group.</param>
    public static PlotlyFigure Histogram(
        string title, string xLabel, int bins, params (string Name, double[] Values)[] groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        var all = groups.SelectMany(group => group.Values).Where(double.IsFinite).ToArray();
        if (all.Length == 0) throw new ArgumentException($"'{title}' has no finite value to count.", nameof(groups));
        var low = all.Min();
        var width = Math.Max((all.Max() - low) / bins, 1e-12);
        var model = Drawing.Model(title, xLabel, "count");
        var counted = groups.Select(group => (group.Name, Counts: Counts(group.Values, low, width, bins))).ToArray();
        for (var i = 0; i < counted.Length; i++) AddCounts(model, i, counted[i].Name, counted[i].Counts, low, width);
        Drawing.Legend(model);
        var centres = Enumerable.Range(0, bins).Select(b => low + (b + 0.5) * width).ToArray();
        return new(title, Drawing.Svg(model, Height), Plotly.Json(title, xLabel, "count",
            counted.Select((group, i) => Plotly.Bars(group.Name, i, centres, group.Counts))));
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
        return new(title, Drawing.Svg(model, 90 + Drawing.RowHeight(names, 32) * bars.Length));
    }

    /// <summary>Pale bars under an outline of the group's own stroke: where colours mix, the outlines remain.</summary>
    private static void AddCounts(PlotModel model, int group, string name, double[] counts, double low, double width)
    {
        var bars = new RectangleBarSeries { StrokeThickness = 0, FillColor = OxyColor.FromAColor(70, Drawing.Colour(group)) };
        var outline = new LineSeries
        {
            Title = name,
            Color = Drawing.Colour(group),
            Dashes = Drawing.Stroke(group),
            StrokeThickness = 1.5,
        };
        outline.Points.Add(new(low, 0));
        for (var b = 0; b < counts.Length; b++)
        {
            var (from, to) = (low + b * width, low + (b + 1) * width);
            bars.Items.Add(new(from, 0, to, counts[b]));
            outline.Points.Add(new(from, counts[b]));
            outline.Points.Add(new(to, counts[b]));
        }
        outline.Points.Add(new(low + counts.Length * width, 0));
        model.Series.Add(bars);
        model.Series.Add(outline);
    }

    private static double[] Counts(double[] values, double low, double width, int bins)
    {
        var counts = new double[bins];
        foreach (var value in values)
            if (double.IsFinite(value)) counts[Math.Clamp((int)((value - low) / width), 0, bins - 1)]++;
        return counts;
    }

    private static (string Name, double[] X, double[] Y) Thinned((string Name, double[] X, double[] Y) curve)
    {
        var kept = Drawing.Spread(curve.X.Length, MostPoints).ToArray();
        return (curve.Name, [.. kept.Select(i => curve.X[i])], [.. kept.Select(i => curve.Y[i])]);
    }

    private static void Check((string Name, double[] X, double[] Y)[] curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        foreach (var (name, x, y) in curves)
        {
            if (x.Length != y.Length)
                throw new ArgumentException($"'{name}' must have as many x as y, but has {x.Length} and {y.Length}.");
        }
    }
}

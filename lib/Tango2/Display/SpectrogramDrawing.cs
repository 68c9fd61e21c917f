using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using Tango2.Charts;

namespace Tango2.Display;

/// <summary>A log-mel spectrogram: drawn in colours of the logarithm, and as a picture to zoom into, in decibels.</summary>
internal static class SpectrogramDrawing
{
    private const int MostColumns = 256, Height = 240;
    private const double DecibelsPerNeper = 8.685889638; // 20 / ln 10

    /// <summary>Draws it.</summary>
    /// <param name="mel">[T, F], natural logarithm of magnitude.</param>
    /// <param name="title">What is heard.</param>
    /// <param name="seconds">Length of the clip; 0 labels the axis in frames.</param>
    public static Figure Of(float[,] mel, string title, double seconds)
    {
        var xLabel = seconds > 0 ? "time [s]" : "frame";
        var data = Columns(mel);
        var model = Drawing.Model(title, xLabel, "mel bin");
        foreach (var axis in model.Axes) axis.MajorGridlineStyle = LineStyle.None;
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
        return Drawing.Figure(title, model, Height, [Levels(data, end)], seconds);
    }

    /// <summary>[columns, F]: the mean of the frames that fall into each column of the picture.</summary>
    private static double[,] Columns(float[,] mel)
    {
        var columns = Math.Min(mel.GetLength(0), MostColumns);
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
        return data;
    }

    /// <summary>Whole decibels are finer than eyes tell colours apart, and a byte holds them.</summary>
    private static HeatMap Levels(double[,] data, double end)
    {
        var (columns, rows) = (data.GetLength(0), data.GetLength(1));
        var levels = Enumerable.Range(0, rows * columns)
            .Select(i => data[i % columns, i / columns] * DecibelsPerNeper)
            .Select(level => double.IsNaN(level) ? sbyte.MinValue : Math.Round(level))
            .Select(level => (sbyte)Math.Clamp(level, sbyte.MinValue, sbyte.MaxValue));
        return new HeatMap("level [dB]", rows, columns, [.. levels], end);
    }
}

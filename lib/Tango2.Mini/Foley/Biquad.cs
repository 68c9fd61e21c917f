namespace Tango2.Mini.Foley;

/// <summary>A second-order filter (the well-known cookbook forms).</summary>
internal struct Biquad
{
    private float _b0, _b1, _b2, _a1, _a2, _z1, _z2;

    public static Biquad Bandpass(double hertz, double q)
    {
        var filter = new Biquad();
        filter.TuneBandpass(hertz, q);
        return filter;
    }

    public static Biquad Lowpass(double hertz, double q = 0.707)
    {
        var (sin, cos) = Math.SinCos(2 * Math.PI * hertz / Dsp.Rate);
        var filter = new Biquad();
        filter.Set((1 - cos) / 2, 1 - cos, (1 - cos) / 2, sin / (2 * q), cos);
        return filter;
    }

    public static Biquad Highpass(double hertz, double q = 0.707)
    {
        var (sin, cos) = Math.SinCos(2 * Math.PI * hertz / Dsp.Rate);
        var filter = new Biquad();
        filter.Set((1 + cos) / 2, -(1 + cos), (1 + cos) / 2, sin / (2 * q), cos);
        return filter;
    }

    /// <summary>Moves a band-pass and keeps what rings in it.</summary>
    public void TuneBandpass(double hertz, double q)
    {
        var angle = 2 * Math.PI * Math.Clamp(hertz, 20, 0.48 * Dsp.Rate) / Dsp.Rate;
        var (sin, cos) = Math.SinCos(angle);
        var alpha = sin / (2 * q);
        Set(alpha, 0, -alpha, alpha, cos);
    }

    public float Next(float x)
    {
        var y = (_b0 * x) + _z1;
        _z1 = (_b1 * x) - (_a1 * y) + _z2;
        _z2 = (_b2 * x) - (_a2 * y);
        return y;
    }

    private void Set(double b0, double b1, double b2, double alpha, double cos)
    {
        var a0 = 1 + alpha;
        (_b0, _b1, _b2) = ((float)(b0 / a0), (float)(b1 / a0), (float)(b2 / a0));
        (_a1, _a2) = ((float)(-2 * cos / a0), (float)((1 - alpha) / a0));
    }
}

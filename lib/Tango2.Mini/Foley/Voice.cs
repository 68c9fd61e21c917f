namespace Tango2.Mini.Foley;

/// <summary>Fills one stroke with sound, with small changes from stroke to stroke, and returns it.</summary>
internal delegate float[] Voice(float[] stroke, Random random);

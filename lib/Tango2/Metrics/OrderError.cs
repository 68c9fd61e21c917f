namespace Tango2.Metrics;

/// <summary>Why the order of two sounds is wrong.</summary>
public enum OrderError
{
    /// <summary>It is right.</summary>
    None,

    /// <summary>One of the two was never heard.</summary>
    NotDetected,

    /// <summary>The sound that should be first does not start before the other.</summary>
    WrongOrder,

    /// <summary>They overlap by half of the shorter or more.</summary>
    Overlap,
}

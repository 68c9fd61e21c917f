namespace Tango2.Mini.Foley;

/// <summary>Whether a sound can be counted.</summary>
internal enum EventKind
{
    /// <summary>Made of single strokes that can be counted: a bark, a knock.</summary>
    Discrete,

    /// <summary>Goes on without a count: rain, an engine.</summary>
    Continuous,
}

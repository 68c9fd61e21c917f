namespace Tango2.Mini.Foley;

/// <summary>How the events of a scene lie in time.</summary>
public enum SceneStructure
{
    /// <summary>One event.</summary>
    Single,

    /// <summary>Two to four events one after the other, with silence between.</summary>
    Sequence,

    /// <summary>Two events that overlap; their order means nothing.</summary>
    While,

    /// <summary>The first event fills the clip quietly; one or two others happen over it, in order.</summary>
    Background,
}

namespace Tango2.Training;

/// <summary>How far a piece of work is that trains nothing.</summary>
/// <param name="Done">Parts that are done, from 1.</param>
/// <param name="Of">Parts in all.</param>
public readonly record struct Progress(int Done, int Of);

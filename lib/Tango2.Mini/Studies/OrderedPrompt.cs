using Tango2.Foley;

namespace Tango2.Studies;

/// <summary>A prompt of two sounds, one after the other.</summary>
/// <param name="First">What should be heard first.</param>
/// <param name="Second">What should be heard after it.</param>
public sealed record OrderedPrompt(SoundEvent First, SoundEvent Second)
{
    /// <summary>The plainest wording: "a dog barks, then a bell rings".</summary>
    public string Text => $"{First.Phrases.Clauses[0]}, then {Second.Phrases.Clauses[0]}";

    /// <summary>The same sounds the other way round.</summary>
    public OrderedPrompt Reversed => new(Second, First);
}

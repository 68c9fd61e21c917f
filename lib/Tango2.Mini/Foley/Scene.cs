namespace Tango2.Mini.Foley;

/// <summary>What happens in a clip, and exactly when.</summary>
/// <param name="Structure">How the events lie in time.</param>
/// <param name="Events">
/// The events in order of onset; of a background scene the background first. Of an overlap the order means nothing.
/// </param>
/// <param name="Seconds">Length of the clip.</param>
/// <param name="Seed">Decides the voices and the room when the scene is rendered.</param>
public sealed record Scene(SceneStructure Structure, IReadOnlyList<PlacedEvent> Events, double Seconds, long Seed)
{
    /// <summary>What a true caption has to say, as text: "bark*2 then bell*1", "rain*1 while siren*1".</summary>
    public string Meaning
    {
        get
        {
            var names = Events.Select(placed => $"{placed.Event.Key}*{placed.Count}").ToList();
            return Structure switch
            {
                SceneStructure.While => string.Join(" while ", names.Order(StringComparer.Ordinal)),
                SceneStructure.Background => $"{string.Join(" then ", names.Skip(1))} over {names[0]}",
                _ => string.Join(" then ", names),
            };
        }
    }

    /// <summary>Whether a perfect listener would describe both alike: same events, counts and order.</summary>
    public bool SameMeaning(Scene other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Meaning == other.Meaning;
    }
}

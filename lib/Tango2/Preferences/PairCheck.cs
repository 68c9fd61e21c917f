using Tango2.Files;

namespace Tango2.Preferences;

/// <summary>
/// Looks at a set's pairs one after the other. Two sounds that are one teach nothing and are refused; a pair that stands
/// twice, one that stands the other way round elsewhere, and a winner scored below its loser are warned of.
/// </summary>
/// <param name="name">What messages call the set, such as its file.</param>
/// <param name="refusal">Makes the exception of a message.</param>
internal sealed class PairCheck(string name, Func<string, Exception> refusal)
{
    private readonly Dictionary<(string Prompt, string Winner, string Loser), string> _places = [];
    private readonly Finding _twice = new(), _turned = new(), _below = new();

    /// <summary>Checks pairs before they are trained on.</summary>
    /// <exception cref="ArgumentException">A pair's winner and loser are one clip.</exception>
    public static void Check(IEnumerable<PreferencePair> pairs)
    {
        var check = new PairCheck("the pairs", message => new ArgumentException(message));
        foreach (var (index, pair) in pairs.Index())
            check.Add($"pair {index}", pair.Prompt, pair.Winner, pair.Loser, pair.Scores.Any(s => s.Winner < s.Loser));
        check.Report();
    }

    /// <summary>Takes one pair.</summary>
    /// <param name="place">Where it stands, such as "line 3".</param>
    /// <param name="prompt">Its prompt.</param>
    /// <param name="winner">Tells the winner's sound from others: an id, a path or a digest.</param>
    /// <param name="loser">The loser's.</param>
    /// <param name="below">Whether its scores put the winner below the loser.</param>
    public void Add(string place, string prompt, string winner, string loser, bool below = false)
    {
        if (winner == loser)
            throw refusal($"{name}, {place}: chosen and rejected must be two sounds, but are one and the same: remove the pair.");
        if (!_places.TryAdd((prompt, winner, loser), place)) _twice.Add($"{place} repeats {_places[(prompt, winner, loser)]}");
        else if (_places.TryGetValue((prompt, loser, winner), out var other)) _turned.Add($"{place} contradicts {other}");
        if (below) _below.Add(place);
    }

    /// <summary>Warns of what was odd.</summary>
    public void Report()
    {
        _twice.Report(name, "that stand twice and count twice in training");
        _turned.Report(name, "that also stand with winner and loser exchanged");
        _below.Report(name, "whose winner is scored below its loser");
    }

    private sealed class Finding
    {
        private int _count;
        private string _first = "";

        public void Add(string place)
        {
            if (_count++ == 0) _first = place;
        }

        public void Report(string name, string what)
        {
            if (_count > 0) Warnings.Give($"{name}: pairs {what}: {_count}, the first: {_first}.");
        }
    }
}

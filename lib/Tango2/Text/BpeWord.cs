namespace Tango2.Text;

/// <summary>The parts of one word while they are joined, in a time that hardly grows faster than the word's length.</summary>
internal sealed class BpeWord
{
    private readonly IReadOnlyDictionary<(string, string), int> _ranks;
    private readonly string?[] _parts; // null where a part was joined to the one before it
    private readonly int[] _next, _previous;
    private readonly PriorityQueue<(int Place, string Left, string Right), (int Rank, int Place)> _known = new();

    /// <summary>A word in single letters.</summary>
    /// <param name="word">In the letters of bytes.</param>
    /// <param name="ranks">The pairs that were learnt, the first as 0.</param>
    public BpeWord(string word, IReadOnlyDictionary<(string, string), int> ranks)
    {
        _ranks = ranks;
        _parts = [.. word.Select(letter => letter.ToString())];
        _next = [.. Enumerable.Range(1, word.Length)];
        _previous = [.. Enumerable.Range(-1, word.Length)];
        for (var place = 0; place < word.Length; place++) Offer(place);
    }

    /// <summary>Joins neighbours, the earliest learnt pair first and from the left, until no pair is known.</summary>
    public IEnumerable<string> Merge()
    {
        var pairs = new List<(int Place, string Left, string Right)>();
        while (_known.TryPeek(out _, out var first))
        {
            // All of one rank before any other, also before one learnt earlier that they give rise to.
            pairs.Clear();
            while (_known.TryPeek(out _, out var priority) && priority.Rank == first.Rank) pairs.Add(_known.Dequeue());
            foreach (var (place, left, right) in pairs)
                if (_parts[place] == left && _next[place] < _parts.Length && _parts[_next[place]] == right) Join(place);
        }
        return _parts.OfType<string>();
    }

    private void Join(int place)
    {
        var right = _next[place];
        _parts[place] += _parts[right];
        _parts[right] = null;
        _next[place] = _next[right];
        if (_next[place] < _parts.Length) _previous[_next[place]] = place;
        Offer(place);
        if (_previous[place] >= 0) Offer(_previous[place]);
    }

    private void Offer(int place)
    {
        if (_next[place] >= _parts.Length) return;
        var (left, right) = (_parts[place]!, _parts[_next[place]]!);
        if (_ranks.TryGetValue((left, right), out var rank)) _known.Enqueue((place, left, right), (rank, place));
    }
}

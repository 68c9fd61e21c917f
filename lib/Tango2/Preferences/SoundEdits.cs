namespace Tango2.Preferences;

/// <summary>Strategy 2: puts another source, action or manner in a caption's words, in the same inflection.</summary>
internal static class SoundEdits
{
    private sealed record Token(string Word, int Start, int Length);

    private static readonly HashSet<string> CountWords =
        ["a", "an", "the", "several", "multiple", "two", "three", "four", "some", "few", "loud", "short", "brief", "single", "long", "of", "sharp", "train", "car"];

    private static readonly HashSet<string> Pronouns = ["he", "she", "his", "her", "him", "himself", "herself"];

    private static readonly HashSet<string> TakenByBlow =
        ["horn", "horns", "whistle", "its", "the", "a", "air", "into", "wind", "bubbles"];

    private static readonly HashSet<(string, string)> Pairs =
        [("man", "men"), ("woman", "women"), ("boy", "boys"), ("girl", "girls"), ("child", "children"), ("male", "males")];

    private static readonly HashSet<string> Persons = ["man", "woman", "boy", "girl", "male", "female", "guy", "lady"];

    private static readonly HashSet<string> Many =
        ["people", "men", "women", "children", "adults", "they", "kids", "to", "it"];

    /// <summary>All edits of a caption, in a fixed order and with repeats.</summary>
    public static IEnumerable<(string Text, PerturbationKind Kind)> Of(string caption)
    {
        Token[] tokens = [.. CaptionEvents.Word().Matches(caption).Select(m => new Token(m.Value.ToLowerInvariant(), m.Index, m.Length))];
        for (var i = 0; i < Math.Min(tokens.Length, CaptionEvents.MostPlaces); i++)
        {
            foreach (var text in Creatures(caption, tokens, i)) yield return (text, PerturbationKind.Source);
            if (IsNoun(tokens, i))
                foreach (var other in New(SoundLexicon.Nouns[tokens[i].Word]))
                    yield return (Put(caption, (tokens[i], other)), PerturbationKind.Source);
            else if (IsVerb(tokens, i))
                foreach (var other in New(SoundLexicon.Verbs[tokens[i].Word]))
                    yield return (Put(caption, (tokens[i], other)), PerturbationKind.Action);
            string[] New(string[] words) => [.. words.Where(w => !tokens.Any(t => t.Word == w || Pairs.Contains((t.Word, w)) || Pairs.Contains((w, t.Word))))];
            foreach (var text in Phrases(caption, tokens[i])) yield return (text, PerturbationKind.Source);
        }
        foreach (var token in tokens.Where(t => SoundLexicon.Manners.ContainsKey(t.Word)).Take(CaptionEvents.MostPlaces))
            yield return (Put(caption, (token, SoundLexicon.Manners[token.Word][0])), PerturbationKind.Manner);
    }

    private static IEnumerable<string> Creatures(string caption, Token[] tokens, int i)
    {
        if (SoundLexicon.Voice(tokens[i].Word) is not { } voice) yield break;
        var weather = tokens[i].Word is "rain" or "wind" or "thunder" or "fire";
        var verb = Cry(tokens, i, weather ? voice.Verb : null);
        if (weather && (verb is null || At(tokens, i + 1) is "into" or "in" || At(tokens, i + 2) is "into" or "on" or "against" or "through" or "off" or "onto")) yield break;
        foreach (var (name, sound) in voice.Others.Where(o => !tokens.Any(t => t.Word == o.Name)))
            yield return verb is null ? Put(caption, (tokens[i], name)) : Put(caption, (tokens[i], name), (verb, Inflect(sound, verb.Word)));
    }

    // The verb of the sound near its maker: "dog barks", "dog loudly barks", "barking dog".
    private static Token? Cry(Token[] tokens, int i, string? only)
    {
        foreach (var place in new[] { i + 1, i + 2, i + 3, i - 1, i - 2 })
        {
            if (place < 0 || place >= tokens.Length) continue;
            var word = tokens[place].Word;
            if (only is null && place > i && word is "and" or "while" or "as" or "with" or "then" or "followed") return null;
            if (only is null ? SoundLexicon.CryForms.Any(f => word == f.Third || word == f.Gerund || word == f.Plain)
                : word == English.Third(only) || word == English.Gerund(only)) return tokens[place];
        }
        return null;
    }

    private static string Inflect(string verb, string like) =>
        like.EndsWith("ing", StringComparison.Ordinal) ? English.Gerund(verb)
        : SoundLexicon.CryForms.Any(f => f.Plain == like) ? verb
        : English.Third(verb);

    private static bool IsNoun(Token[] tokens, int i)
    {
        var (word, before, after) = (tokens[i].Word, At(tokens, i - 1), At(tokens, i + 1));
        if (!SoundLexicon.Nouns.ContainsKey(word)) return false;
        if (SoundLexicon.Verbs.ContainsKey(word) && i > 0 && !CountWords.Contains(before))
        {
            var inflected = SoundLexicon.Gerunds.ContainsKey(word) || word.EndsWith("ing", StringComparison.Ordinal);
            if (inflected || Many.Contains(before) || before.EndsWith('s')) return false;
        }
        return word switch
        {
            "machine" or "machines" => before is not ("sewing" or "washing"),
            "train" or "railroad" => after is not ("track" or "tracks"),
            "speech" => before is "" or "by" or "of" or "and" or "with" or "muffled" or "then" or "while",
            "motor" => after is not ("vehicle" or "vehicles" or "boat"),
            "leaves" => before is "rustling" or "of" or "the" or "dry" || i == 0,
            "light" or "can" => false,
            "fire" => after is not ("truck" or "engine" or "alarm"),
            _ => !Persons.Contains(word) || !tokens.Any(t => Pronouns.Contains(t.Word)),
        };
    }

    private static bool IsVerb(Token[] tokens, int i)
    {
        var (word, before) = (tokens[i].Word, At(tokens, i - 1));
        if (!SoundLexicon.Verbs.ContainsKey(word)) return false;
        if (word.StartsWith("click", StringComparison.Ordinal) && At(tokens, i + 1) is ("a" or "the" or "on")) return false;
        if (before == "nose") return false;
        if (word is "blows" or "blowing" or "blow" && TakenByBlow.Contains(At(tokens, i + 1)))
            return false;
        if (word.EndsWith("ing", StringComparison.Ordinal))
            return At(tokens, i + 1) is not ("machine" or "board");
        if (SoundLexicon.Gerunds.ContainsKey(word)) return !CountWords.Contains(before);
        return Many.Contains(before) || (before.EndsWith('s') && !SoundLexicon.Gerunds.ContainsKey(before));
    }

    private static IEnumerable<string> Phrases(string caption, Token token)
    {
        string[] others = token.Word switch
        {
            "someone" or "somebody" => ["a child", "a woman", "a man"],
            "sewing" => ["washing"],
            "toilet" => ["sink", "bathtub"],
            _ => [],
        };
        if (token.Word == "sewing" && !caption[token.Start..].StartsWith("sewing machine", StringComparison.OrdinalIgnoreCase)) yield break;
        foreach (var other in others) yield return Put(caption, (token, other));
    }

    private static string At(Token[] tokens, int i) => i >= 0 && i < tokens.Length ? tokens[i].Word : "";

    // Later places first, so that earlier ones keep their index; an article before a new word follows its first letter.
    private static string Put(string caption, params (Token Token, string Word)[] changes)
    {
        foreach (var (token, word) in changes.OrderByDescending(c => c.Token.Start))
        {
            var head = caption[..token.Start];
            var old = caption.Substring(token.Start, token.Length);
            caption = Agree(head, word) + English.LikeCase(word, old) + caption[(token.Start + token.Length)..];
        }
        return caption;
    }

    private static string Agree(string head, string word)
    {
        var words = head.TrimEnd();
        var cut = words.LastIndexOf(' ') + 1;
        var article = words[cut..];
        return article.ToLowerInvariant() is not ("a" or "an") || !head.EndsWith(' ')
            ? head
            : words[..cut] + English.LikeCase(English.Article(word), article) + " ";
    }
}

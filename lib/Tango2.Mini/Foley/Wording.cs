namespace Tango2.Mini.Foley;

/// <summary>Puts events into words, all of one caption in one manner: tense, articles, digits, ornaments.</summary>
internal sealed class Wording
{
    private const double CountChance = 0.45, OnceChance = 0.07, LengthChance = 0.3;
    private const double PluralChance = 0.2, IrregularChance = 0.25;
    private const double BriefSeconds = 0.5, LongSeconds = 1.3;
    internal static readonly string[] Numbers = ["zero", "one", "two", "three", "four", "five"];
    internal static readonly string[] Times = ["never", "once", "twice", "three times", "four times", "five times"];
    private readonly Random _random;
    private readonly bool _past, _terse, _digits;
    private readonly double _goingOn, _definite, _ornament;
    private bool _plural;

    /// <summary>Draws a manner for a caption of this many events.</summary>
    public Wording(Random random, int events)
    {
        _random = random;
        _past = Chance(0.15);
        _terse = Chance(0.1);
        _digits = Chance(0.2);
        _goingOn = Chance(0.25) ? 0.9 : 0.1;
        _definite = Chance(0.1) ? 0.8 : 0.04;
        _ornament = 2.0 / Math.Max(2, events);
    }

    /// <summary>The words that phrases have beside those of the lexicon: counts and the small words of grammar.</summary>
    public static IEnumerable<string> Words =>
    [
        .. Numbers, .. Times, "repeatedly", "1 2 3 4 5", "a couple of", "several", "multiple", "a few", "single", "some", "had",
        "there is are was were",
    ];

    /// <summary>A phrase for an event in one of the forms of <see cref="Grammar"/>.</summary>
    public string Say(PlacedEvent placed, char form, bool behind)
    {
        var words = placed.Event.Words;
        return form switch
        {
            'N' => Name(placed, words),
            'W' => Imitate(placed, words),
            'G' or 'E' => Doing(placed, words, form, behind),
            _ => Clause(placed, words, form, behind),
        };
    }

    /// <summary>"is" or "comes", or their plural, after the noun phrase that was said last.</summary>
    public string Agreeing(string verb) => !_plural ? verb : verb == "is" ? "are" : verb[..^1];

    private string Clause(PlacedEvent placed, EventWords words, char form, bool behind)
    {
        var goingOn = form == 'C' && Chance(_goingOn);
        if (words.Clauses.Count > 0 && Chance(IrregularChance))
        {
            return Pick(words.Clauses)[form == 'H' ? 3 : _past ? 2 : goingOn ? 1 : 0];
        }
        var maker = Pick(words.Makers);
        var verb = Pick(maker.Verbs);
        var subject = Subject(placed, maker);
        var count = Counted(placed) ? " " + Often(placed.Count) : "";
        var said = form == 'H' ? $"{(_past ? "had" : _plural ? "have" : "has")} {verb.Perfect}"
            : goingOn && count.Length == 0 ? GoingOn(verb)
            : _past ? verb.Past
            : _plural ? verb.Base : verb.Third;
        return $"{subject} {said}{count}{(count.Length > 0 ? "" : Ornament(placed, verb, behind))}";
    }

    private string GoingOn(VerbForms verb) =>
        $"{(_past ? (_plural ? "were" : "was") : _plural ? "are" : "is")} {verb.Gerund}";

    private string Doing(PlacedEvent placed, EventWords words, char form, bool behind)
    {
        var maker = Pick(words.Makers);
        var verb = Pick(maker.Verbs);
        var subject = Subject(placed, maker, named: form == 'E');
        var count = Counted(placed) ? " " + Often(placed.Count) : Ornament(placed, verb, behind);
        var there = form == 'E' ? (_plural ? "there are " : "there is ") : "";
        return $"{there}{subject} {verb.Gerund}{count}";
    }

    private string Name(PlacedEvent placed, EventWords words)
    {
        _plural = false;
        var draw = _random.NextDouble();
        var countable = words.Alone.Count > 0;
        if (countable && draw < 0.55) return Strokes(placed, words);
        if (words.Fragments.Count > 0 && draw > 0.7) return Fragment(Pick(words.Fragments));
        return draw > 0.4 && words.Mass.Count > 0 ? Pick(words.Mass) : OfMaker(words);
    }

    private string Fragment(string text)
    {
        var last = text.Split(' ')[^1];
        _plural = !text.Contains(' ', StringComparison.Ordinal) && last.EndsWith('s');
        return text;
    }

    // Uncountable, with who makes it: "the barking of a dog", "dog barking".
    private string OfMaker(EventWords words)
    {
        var maker = PickWith(words.Makers, maker => maker.Mass.Count > 0);
        var mass = Pick(maker.Mass);
        var subject = Pick(maker.Subjects);
        if (subject.Kind is SubjectKind.Thing && Chance(0.4)) return $"{subject.Noun.One} {mass}";
        if (maker.Nouns.Count > 0 && subject.Kind is SubjectKind.Thing && Chance(0.15) && subject.Noun.IsShort)
        {
            return $"{subject.Plain}'s {mass}";
        }
        return subject.Kind == SubjectKind.Who ? Pick(words.Mass) : $"the {mass} of {subject.Plain}";
    }

    // Countable: "a bark", "three barks", "the bark of a dog", "2 dog barks".
    private string Strokes(PlacedEvent placed, EventWords words)
    {
        var (noun, of) = (Pick(words.Alone), "");
        var maker = words.Makers[0];
        if (maker.Nouns.Count > 0 && Chance(0.5))
        {
            var subject = PickThing(maker.Subjects);
            var sound = Pick(maker.Nouns);
            var compound = maker.Subjects[0].Kind != SubjectKind.Who && Chance(0.4);
            noun = compound ? new($"{subject.Noun.One} {sound.One}", $"{subject.Noun.One} {sound.Many}") : sound;
            of = compound ? "" : (Chance(0.7) ? " of " : " from ") + subject.Plain;
        }
        else if (Chance(0.1 * _ornament))
        {
            var adjective = Pick(Grammar.All.SoundAdjectives);
            noun = new($"{adjective} {noun.One}", $"{adjective} {noun.Many}");
        }
        return Numbered(placed.Count, noun, of);
    }

    private string Numbered(int count, Noun noun, string of)
    {
        _plural = count > 1;
        if (count == 1)
        {
            return (Chance(OnceChance) ? $"{(_digits ? "1" : Chance(0.5) ? "one" : "a single")} {noun.One}"
                : of.Length > 0 && Chance(0.5) ? $"the {noun.One}"
                : _terse ? noun.One
                : Chance(_definite) ? $"the {noun.One}" : Inflection.A(noun.One)) + of;
        }
        var number = Chance(0.15) ? "" : Chance(0.12) ? (count == 2 ? "a couple of " : Chance(0.7) ? "several " : "multiple ")
            : count > 2 && Chance(0.05) ? "a few " : _digits ? $"{count} " : $"{Numbers[count]} ";
        return $"{number}{noun.Many}{of}";
    }

    private string Imitate(PlacedEvent placed, EventWords words)
    {
        _plural = false;
        if (words.Calls.Count > 0 && Chance(0.5))
        {
            var call = Pick(words.Calls);
            var times = call.Contains(' ', StringComparison.Ordinal) ? 1 : placed.Count;
            return string.Join(' ', Enumerable.Repeat(call, times));
        }
        if (words.Names.Count == 0) return Name(placed, words);
        var noun = Pick(words.Names);
        if (placed.Count > 1 && noun.Many is not null && Chance(0.4)) return noun.Many;
        return _terse ? noun.One : Inflection.A(noun.One);
    }

    // A subject that is one thing, or several only where several strokes do not deny it.
    private string Subject(PlacedEvent placed, Maker maker, bool named = false)
    {
        var subject = Pick(maker.Subjects);
        _plural = subject.Kind == SubjectKind.Many;
        var one = subject.Noun.One;
        if (subject.Kind != SubjectKind.Thing) return named ? one.Replace("the ", "", StringComparison.Ordinal) : one;
        var many = placed.Event.Kind == EventKind.Continuous || placed.Count > 1;
        if (many && subject.Noun.Many is { } plural && Chance(PluralChance))
        {
            _plural = true;
            return Chance(0.15) ? $"some {plural}" : plural;
        }
        var noun = maker.Adjectives.Count > 0 && Chance(0.12 * _ornament)
            ? $"{Pick(maker.Adjectives)} {subject.Noun.One}" : subject.Noun.One;
        return _terse && !named ? noun : !named && Chance(_definite) ? $"the {noun}" : Inflection.A(noun);
    }

    private bool Counted(PlacedEvent placed) => placed.Event.Words.Alone.Count > 0 && !_plural
        && Chance(placed.Count > 1 ? CountChance : OnceChance);

    private string Often(int count) =>
        count > 2 && Chance(0.12) ? (Chance(0.5) ? "several times" : "repeatedly")
        : _digits && count > 1 ? $"{count} times" : Times[count];

    // How long, where or how; never of a background, whose length is the clip's.
    private string Ornament(PlacedEvent placed, VerbForms verb, bool behind)
    {
        if (behind) return "";
        if (placed.Event.Kind == EventKind.Continuous && Chance(LengthChance))
        {
            return placed.Seconds <= BriefSeconds ? " " + Pick(Grammar.All.Brief)
                : placed.Seconds >= LongSeconds ? " " + Pick(Grammar.All.Long)
                : "";
        }
        if (!verb.IsShort) return "";
        return Chance(0.05 * _ornament) ? " " + Pick(Grammar.All.Adverbs)
            : Chance(0.06 * _ornament) ? " " + Pick(Grammar.All.Places)
            : placed.Event.Words.Places.Count > 0 && Chance(0.06 * _ornament) ? " " + Pick(placed.Event.Words.Places)
            : "";
    }

    private bool Chance(double probability) => _random.NextDouble() < probability;

    // The first entries are the plainest and come most.
    private T Pick<T>(IReadOnlyList<T> list) => list[(int)(list.Count * Math.Pow(_random.NextDouble(), 1.5))];

    private Maker PickWith(IReadOnlyList<Maker> makers, Func<Maker, bool> which)
    {
        var maker = Pick(makers);
        return which(maker) ? maker : makers.First(which);
    }

    private Subject PickThing(IReadOnlyList<Subject> subjects)
    {
        var subject = Pick(subjects);
        return subject.Kind == SubjectKind.Thing ? subject : subjects.First(other => other.Kind == SubjectKind.Thing);
    }
}

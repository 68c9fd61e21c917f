using Tango2.Preferences;

namespace Tango2.Mini.Foley;

/// <summary>The words of one sound; in each list the first is the plainest.</summary>
/// <param name="Makers">What makes the sound, and what it does.</param>
/// <param name="Clauses">Irregular clauses, each now, going on, in the past and finished.</param>
/// <param name="Alone">Countable nouns that name the sound without its maker: "bark".</param>
/// <param name="Mass">Uncountable ones, "barking"; they take no article.</param>
/// <param name="Fragments">Whole noun phrases: "a clap of thunder".</param>
/// <param name="Calls">Words that imitate one stroke: "woof".</param>
/// <param name="Names">Things that stand for their sound: "a dog, then a cat".</param>
/// <param name="Places">Where it is heard: "in the yard".</param>
internal sealed record EventWords(
    IReadOnlyList<Maker> Makers, IReadOnlyList<string[]> Clauses, IReadOnlyList<Noun> Alone, IReadOnlyList<string> Mass,
    IReadOnlyList<string> Fragments, IReadOnlyList<string> Calls, IReadOnlyList<Noun> Names,
    IReadOnlyList<string> Places)
{
    /// <summary>Every text of it, for those who want its words.</summary>
    public IEnumerable<string> Texts => Makers.SelectMany(maker => maker.Texts)
        .Concat(Clauses.SelectMany(clause => clause)).Concat(Alone.SelectMany(noun => noun.Texts))
        .Concat(Mass).Concat(Fragments).Concat(Calls)
        .Concat(Names.SelectMany(noun => noun.Texts)).Concat(Places);
}

/// <summary>Those who can do the same things: dogs of all kinds, which bark and yap.</summary>
/// <param name="Subjects">Who or what.</param>
/// <param name="Adjectives">What may be said of them: "small".</param>
/// <param name="Verbs">What they do.</param>
/// <param name="Nouns">Countable names of what is heard of them: "bark".</param>
/// <param name="Mass">Uncountable ones: "barking".</param>
internal sealed record Maker(
    IReadOnlyList<Subject> Subjects, IReadOnlyList<string> Adjectives, IReadOnlyList<VerbForms> Verbs,
    IReadOnlyList<Noun> Nouns, IReadOnlyList<string> Mass)
{
    /// <summary>Every text of it.</summary>
    public IEnumerable<string> Texts => Subjects.SelectMany(subject => subject.Noun.Texts.Append(subject.Noun.One + "'s"))
        .Concat(Adjectives).Concat(Verbs.SelectMany(verb => verb.Texts))
        .Concat(Nouns.SelectMany(noun => noun.Texts)).Concat(Mass);
}

/// <summary>Who or what makes a sound.</summary>
internal sealed record Subject(Noun Noun, SubjectKind Kind)
{
    /// <summary>With its article: "a dog", "rain", "someone".</summary>
    public string Plain => Kind == SubjectKind.Thing ? Inflection.A(Noun.One) : Noun.One;
}

/// <summary>How a subject takes articles.</summary>
internal enum SubjectKind
{
    /// <summary>"a dog", "the dog".</summary>
    Thing,

    /// <summary>"rain", "the wind".</summary>
    Stuff,

    /// <summary>"someone", "a person".</summary>
    Who,

    /// <summary>"people": plural, without an article.</summary>
    Many,
}

/// <summary>A noun with its plural, if that is used.</summary>
internal sealed record Noun(string One, string? Many)
{
    /// <summary>Whether it is one word.</summary>
    public bool IsShort => !One.Contains(' ', StringComparison.Ordinal);

    /// <summary>Both.</summary>
    public IEnumerable<string> Texts => Many is null ? [One] : [One, Many];

    /// <summary>"dog/dogs" or "dog".</summary>
    public static Noun Parse(string text)
    {
        var forms = text.Split('/');
        return new(forms[0], forms.Length > 1 ? forms[1] : null);
    }
}

/// <summary>A verb, with its object or place, in its forms.</summary>
internal sealed record VerbForms(string Base, string Third, string Past, string Gerund, string Perfect)
{
    /// <summary>Whether it is one word, which a place or an adverb may follow.</summary>
    public bool IsShort { get; } = !Base.Contains(' ', StringComparison.Ordinal);

    /// <summary>All forms.</summary>
    public IEnumerable<string> Texts => [Base, Third, Past, Gerund, Perfect];

    /// <summary>"bark", "honk its horn" or "ring/rings/rang/ringing/rung".</summary>
    public static VerbForms Parse(string text)
    {
        var forms = text.Split('/');
        if (forms.Length > 1)
        {
            return new(forms[0], forms[1], forms[2], forms[3], forms[^1] == forms[3] ? forms[2] : forms[4]);
        }
        var end = text.IndexOf(' ', StringComparison.Ordinal);
        var (verb, rest) = end < 0 ? (text, "") : (text[..end], text[end..]);
        var past = Inflection.Past(verb) + rest;
        return new(text, English.Third(verb) + rest, past, English.Gerund(verb) + rest, past);
    }
}

/// <summary>The English that the lexicon's regular words need, beside that of the perturbations.</summary>
internal static class Inflection
{
    /// <summary>bark → barked, cry → cried, chime → chimed.</summary>
    public static string Past(string verb)
    {
        var gerund = English.Gerund(verb);
        return verb.EndsWith('e') ? verb + "d"
            : verb.EndsWith('y') && !"aeiou".Contains(verb[^2], StringComparison.Ordinal) ? verb[..^1] + "ied"
            : gerund[..^3] + "ed";
    }

    /// <summary>With its article: "a dog", "an engine".</summary>
    public static string A(string noun) => $"{English.Article(noun)} {noun}";
}

namespace Tango2.Mini.Foley;

/// <summary>
/// The sentences of captions. C0 stands for a clause about the first event, G0 for a gerund, N0 for a noun phrase;
/// 1, 2 and 3 are the later events, and for backgrounds B is the background.
/// </summary>
internal static class CaptionTemplates
{
    /// <summary>All of them.</summary>
    public static IEnumerable<string> All =>
        new[] { Single, Pair, Three, Four, While, BehindOne, BehindTwo }.SelectMany(templates => templates);

    public static readonly string[] Single =
    [
        "{C0}", "{C0}", "{C0}", "{G0}", "{G0}", "{N0}", "{C0} nearby", "{G0} nearby", "{N0} nearby",
        "the sound of {G0}", "{G0} can be heard", "{N0} can be heard", "we hear {G0}", "we hear {N0}",
        "a recording of {G0}", "only {G0}", "only {N0}", "{C0} and nothing else", "{G0} and nothing else",
        "{C0} in a quiet place", "{G0} in a quiet place", "{N0} in a quiet place", "here {C0}", "{N0} is heard",
        "{G0} is heard", "{C0} close by", "{G0} close by",
    ];

    public static readonly string[] Pair =
    [
        "{C0} then {C1}", "{C0}, then {C1}", "{C0} and then {C1}", "{G0} then {G1}", "{N0} and then {N1}",
        "first {C0}, then {C1}",
        "{C0} before {C1}", "{G0} before {G1}", "{N0} before {N1}", "before {C1}, {C0}",
        "{C1} after {C0}", "{G1} after {G0}", "{N1} after {N0}", "after {C0}, {C1}", "after {N0}, {C1}",
        "{C0} followed by {G1}", "{G0} followed by {G1}", "{N0} followed by {N1}", "{G0} followed by {N1}",
        "{N0} is followed by {N1}", "{C1}, following {N0}",
    ];

    public static readonly string[] Three =
    [
        "{C0}, then {C1}, then {C2}", "{C0} then {C1} and then {C2}", "{G0} followed by {G1} and then {G2}",
        "{C0} followed by {G1} followed by {G2}", "{N0}, then {N1} and then {N2}", "{C0} before {C1} and then {C2}",
        "first {C0}, then {C1} and finally {C2}", "{G0}, {G1} and then {G2}", "after {C0}, {C1} and then {C2}",
        "{C2} after {N0} and then {N1}", "{N0} followed by {N1} before {N2}",
    ];

    public static readonly string[] Four =
    [
        "{C0}, then {C1}, then {C2}, then {C3}", "{G0} followed by {G1}, then {G2} and then {G3}",
        "first {C0}, then {C1}, then {C2} and finally {C3}", "{C0} then {C1} followed by {G2} and then {G3}",
        "{N0}, then {N1}, then {N2} and finally {N3}", "{G0}, {G1}, {G2} and then {G3}",
        "{C0} before {C1}, then {C2} before {C3}", "after {C0}, {C1} and then {C2} followed by {G3}",
    ];

    // Both orders of the events are used with each.
    public static readonly string[] While =
    [
        "{C0} while {C1}", "{C0} while {C1}", "while {C0}, {C1}", "{G0} while {G1}", "{C0} as {C1}", "as {C0}, {C1}",
        "{G0} as {C1}", "{C0} and at the same time {C1}", "{G0} and {G1} at the same time", "{G0} while {C1}",
        "{N0} together with {N1}", "{N0} and {N1} at once",
    ];

    public static readonly string[] BehindOne =
    [
        "{C0} with {NB} in the background", "{G0} with {GB} in the background", "{C0} while {CB} in the background",
        "{G0} over {NB}", "{GB} in the background as {C0}", "{CB} in the background while {C0}",
        "{N0} over {NB} in the background", "{C0} as {CB} in the background", "{CB} throughout while {C0}",
    ];

    public static readonly string[] BehindTwo =
    [
        "{C0} then {C1} with {NB} in the background", "{G0} followed by {G1} with {GB} in the background",
        "{C0} before {C1} while {CB} in the background", "{C0} and then {C1} as {CB} in the background",
        "{G1} after {G0} with {NB} in the background", "{GB} in the background as {C0} and then {C1}",
        "{CB} in the background while {C0} before {C1}", "{N0} followed by {N1} over {NB}",
    ];
}

using System.Text;

namespace Tango2.Cli.Reports;

/// <summary>The names of TeX that a report knows, and what they look like.</summary>
internal static class MathSymbols
{
    /// <summary>Letters and what stands like one.</summary>
    public static IReadOnlyDictionary<string, string> Letters { get; } = Pairs("""
        alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ varkappa ϰ
        lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ
        chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω infty ∞ ell ℓ
        hbar ℏ aleph ℵ wp ℘ Re ℜ Im ℑ imath ı jmath ȷ partial ∂ nabla ∇ emptyset ∅ varnothing ∅ top ⊤ bot ⊥ angle ∠
        degree ° ldots … dots … dotsc … dotsb ⋯ cdots ⋯ vdots ⋮ ddots ⋱ square □ checkmark ✓ dagger † S § pounds £
        """);

    /// <summary>Operators and relations.</summary>
    public static IReadOnlyDictionary<string, string> Operators { get; } = Pairs("""
        cdot · times × div ÷ ast ∗ star ⋆ circ ∘ bullet • pm ± mp ∓ oplus ⊕ ominus ⊖ otimes ⊗ odot ⊙ wedge ∧ land ∧ vee ∨
        lor ∨ neg ¬ lnot ¬ cap ∩ cup ∪ setminus ∖ le ≤ leq ≤ leqslant ⩽ ge ≥ geq ≥ geqslant ⩾ lt < gt > ne ≠ neq ≠ ll ≪ gg ≫
        approx ≈ sim ∼ simeq ≃ cong ≅ equiv ≡ propto ∝ doteq ≐ triangleq ≜ coloneqq ≔ in ∈ ni ∋ notin ∉ subset ⊂ subseteq ⊆
        supset ⊃ supseteq ⊇ to → rightarrow → longrightarrow ⟶ leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ implies ⟹
        Leftarrow ⇐ Leftrightarrow ⇔ iff ⟺ mapsto ↦ longmapsto ⟼ hookrightarrow ↪ uparrow ↑ downarrow ↓ nearrow ↗ searrow ↘
        mid ∣ nmid ∤ parallel ∥ perp ⊥ succ ≻ prec ≺ succeq ⪰ preceq ⪯ models ⊨ vdash ⊢ forall ∀ exists ∃ nexists ∄
        therefore ∴ because ∵ prime ′ backslash \ colon : sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂
        bigoplus ⨁ bigotimes ⨂ bigvee ⋁ bigwedge ⋀
        """);

    /// <summary>Brackets, which may grow.</summary>
    public static IReadOnlyDictionary<string, string> Brackets { get; } = Pairs("""
        { { } } lbrace { rbrace } lbrack [ rbrack ] | ‖ Vert ‖ lVert ‖ rVert ‖ vert | lvert | rvert | langle ⟨ rangle ⟩
        lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉
        """);

    /// <summary>Signs above what follows.</summary>
    public static IReadOnlyDictionary<string, string> Accents { get; } = Pairs("""
        hat ^ widehat ^ bar ¯ tilde ˜ widetilde ˜ vec → overrightarrow → dot ˙ ddot ¨ check ˇ breve ˘ acute ´
        grave ` mathring ˚ overbrace ⏞
        """);

    /// <summary>Functions by their names, upright.</summary>
    public static IReadOnlySet<string> Functions { get; } = Words("""
        arccos arcsin arctan arg argmax argmin cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln
        log max min Pr sec sin sinh sup tan tanh
        """);

    /// <summary>What has its scripts above and below on a line of its own.</summary>
    public static IReadOnlySet<string> Limits { get; } = Words("""
        sum prod coprod bigcup bigcap bigoplus bigotimes bigvee bigwedge argmax argmin det gcd inf lim liminf limsup max min
        Pr sup
        """);

    /// <summary>Blanks, in em; \! would be less than none.</summary>
    public static IReadOnlyDictionary<string, string> Spaces { get; } = Pairs("""
        , 0.167 thinspace 0.167 : 0.222 > 0.222 ; 0.278 enspace 0.5 quad 1 qquad 2 ! 0
        """);

    /// <summary>Names of environments, and the brackets around them: open, then close; a full stop is none.</summary>
    public static IReadOnlyDictionary<string, string> Environments { get; } = Pairs("""
        aligned .. align .. align* .. alignedat .. split .. gathered .. gather .. gather* .. equation .. equation* .. array ..
        matrix .. smallmatrix .. cases {. pmatrix () bmatrix [] Bmatrix {} vmatrix || Vmatrix ‖‖
        """);

    private static readonly Dictionary<string, int[]> Alphabets = new()
    {
        // Where A, a, 0, Α and α stand; 0 where the alphabet has none.
        ["mathbf"] = [0x1D400, 0x1D41A, 0x1D7CE, 0x1D6A8, 0x1D6C2],
        ["boldsymbol"] = [0x1D468, 0x1D482, 0x1D7CE, 0x1D71C, 0x1D736],
        ["mathcal"] = [0x1D49C, 0x1D4B6, 0, 0, 0],
        ["mathfrak"] = [0x1D504, 0x1D51E, 0, 0, 0],
        ["mathbb"] = [0x1D538, 0x1D552, 0x1D7D8, 0, 0],
        ["mathsf"] = [0x1D5A0, 0x1D5BA, 0x1D7E2, 0, 0],
        ["mathtt"] = [0x1D670, 0x1D68A, 0x1D7F6, 0, 0],
    };

    /// <summary>Letters that had a place before the alphabets got theirs.</summary>
    private static readonly Dictionary<string, string> Early = Pairs("""
        mathcalB ℬ mathcalE ℰ mathcalF ℱ mathcalH ℋ mathcalI ℐ mathcalL ℒ mathcalM ℳ mathcalR ℛ mathcale ℯ mathcalg ℊ
        mathcalo ℴ mathfrakC ℭ mathfrakH ℌ mathfrakI ℑ mathfrakR ℜ mathfrakZ ℨ mathbbC ℂ mathbbH ℍ mathbbN ℕ mathbbP ℙ
        mathbbQ ℚ mathbbR ℝ mathbbZ ℤ
        """);

    /// <summary>Whether a name is that of an alphabet: its letters look different.</summary>
    public static bool IsAlphabet(string name) =>
        name is "mathrm" or "mathit" or "mathnormal" or "operatorname" || Alphabets.ContainsKey(Usual(name));

    /// <summary>A letter or digit in an alphabet; null if the alphabet does not have it.</summary>
    public static string? In(string alphabet, Rune letter)
    {
        var name = Usual(alphabet);
        if (Early.TryGetValue(name + letter, out var early)) return early;
        if (!Alphabets.TryGetValue(name, out var starts)) return letter.ToString();
        var (start, offset) = letter.Value switch
        {
            >= 'A' and <= 'Z' => (starts[0], letter.Value - 'A'),
            >= 'a' and <= 'z' => (starts[1], letter.Value - 'a'),
            >= '0' and <= '9' => (starts[2], letter.Value - '0'),
            >= 'Α' and <= 'Ω' => (starts[3], letter.Value - 'Α'),
            >= 'α' and <= 'ω' => (starts[4], letter.Value - 'α'),
            _ when "∂ϵϑϰϕϱϖ".IndexOf((char)letter.Value) is var at and >= 0 => (starts[4], 25 + at),
            _ when letter.Value == '∇' => (starts[3], 25),
            _ => (0, 0),
        };
        return start == 0 ? null : char.ConvertFromUtf32(start + offset);
    }

    private static string Usual(string alphabet) => alphabet switch
    {
        "bm" => "boldsymbol",
        "mathscr" => "mathcal",
        "Bbb" => "mathbb",
        "bold" => "mathbf",
        _ => alphabet,
    };

    private static HashSet<string> Words(string text) => [.. text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Names and signs that stand in turn, set apart by blanks.</summary>
    private static Dictionary<string, string> Pairs(string text) => text
        .Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Chunk(2)
        .ToDictionary(pair => pair[0], pair => pair[1]);
}

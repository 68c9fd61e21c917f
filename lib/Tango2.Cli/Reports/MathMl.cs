using System.Net;
using System.Text;

namespace Tango2.Cli.Reports;

/// <summary>The LaTeX of formulas as MathML, which browsers draw without a script or a font from elsewhere.</summary>
/// <remarks>It knows what papers of this field use; an unknown command appears as its name.</remarks>
internal sealed class MathMl
{
    private static readonly Dictionary<string, string> Letters = Pairs("""
        alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε eta η theta θ lambda λ mu μ nu ν pi π
        rho ρ sigma σ tau τ phi ϕ varphi φ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Sigma Σ Phi Φ
        Psi Ψ Omega Ω infty ∞ ell ℓ partial ∂ nabla ∇ emptyset ∅ ldots … dots … cdots ⋯
        """);

    private static readonly Dictionary<string, string> Operators = Pairs("""
        cdot · times × le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ sim ∼ propto ∝ in ∈ to → rightarrow →
        leftarrow ← Rightarrow ⇒ mapsto ↦ pm ± mid ∣ succ ≻ prec ≺ odot ⊙ equiv ≡ cup ∪ cap ∩ subset ⊂
        setminus ∖ forall ∀ exists ∃ sum ∑ prod ∏ int ∫ lVert ‖ rVert ‖ Vert ‖ | ‖ langle ⟨ rangle ⟩
        lfloor ⌊ rfloor ⌋ { { } } colon : lvert | rvert |
        """);

    private static readonly Dictionary<string, string> Accents = Pairs("""
        hat ^ widehat ^ bar ¯ overline ¯ tilde ~ widetilde ~ vec → dot ˙
        """);

    private static readonly HashSet<string> Under = ["sum", "prod", "min", "max", "argmin", "argmax"];
    private static readonly HashSet<string> Words = ["text", "mathrm", "operatorname", "textbf", "mathbf", "texttt"];

    private readonly string _latex;
    private readonly bool _block;
    private int _at;

    private MathMl(string latex, bool block) => (_latex, _block) = (latex, block);

    /// <summary>A math element.</summary>
    /// <param name="latex">The formula without its dollar signs.</param>
    /// <param name="block">A formula on a line of its own.</param>
    public static string From(string latex, bool block)
    {
        var parser = new MathMl(latex.Trim(), block);
        var content = new StringBuilder();
        while (parser._at < parser._latex.Length)
        {
            content.Append(parser.Row());
            parser._at++; // A closing brace without its opening one.
        }
        return $"<math{(block ? " display=\"block\"" : "")}>{content}</math>";
    }

    private string Row(string? end = null)
    {
        var row = new StringBuilder("<mrow>");
        while (_at < _latex.Length && _latex[_at] != '}')
        {
            if (end is not null && _latex.AsSpan(_at).StartsWith(end)) break;
            row.Append(Scripted());
        }
        return row.Append("</mrow>").ToString();
    }

    private string Scripted()
    {
        var start = _at;
        var atom = Atom();
        var under = _block && Under.Contains(_latex[start.._at].Trim().TrimStart('\\'));
        string? below = null, above = null;
        while (_at < _latex.Length)
        {
            if (_latex[_at] == '_') below = Next();
            else if (_latex[_at] == '^') above = Next();
            else if (_latex[_at] == '\'') (above, _at) = ("<mo>′</mo>", _at + 1);
            else break;
        }
        return (below, above) switch
        {
            (null, null) => atom,
            (_, null) => under ? $"<munder>{atom}{below}</munder>" : $"<msub>{atom}{below}</msub>",
            (null, _) => under ? $"<mover>{atom}{above}</mover>" : $"<msup>{atom}{above}</msup>",
            _ => under ? $"<munderover>{atom}{below}{above}</munderover>" : $"<msubsup>{atom}{below}{above}</msubsup>",
        };
    }

    /// <summary>The argument after the sign at hand: a group or one atom.</summary>
    private string Next()
    {
        _at++;
        return Argument();
    }

    private string Argument()
    {
        while (_at < _latex.Length && _latex[_at] == ' ') _at++;
        return _at < _latex.Length ? Atom() : "<mrow></mrow>";
    }

    private string Atom()
    {
        var c = _latex[_at];
        if (c == '\\') return Command();
        if (c == '{')
        {
            _at++;
            var group = Row();
            if (_at < _latex.Length) _at++;
            return group;
        }
        if (char.IsAsciiDigit(c))
        {
            var start = _at;
            while (_at < _latex.Length && (char.IsAsciiDigit(_latex[_at]) ||
                (_latex[_at] is '.' or ',' && _at + 1 < _latex.Length && char.IsAsciiDigit(_latex[_at + 1])))) _at++;
            return $"<mn>{_latex[start.._at]}</mn>";
        }
        _at++;
        if (char.IsWhiteSpace(c)) return "";
        if (c is '&' or '~') return "<mspace width=\"0.3em\"></mspace>";
        if (c == '|') return "<mo lspace=\"0\" rspace=\"0\" stretchy=\"false\">|</mo>";
        return char.IsLetter(c) ? $"<mi>{c}</mi>" : $"<mo>{WebUtility.HtmlEncode(c == '-' ? "−" : c.ToString())}</mo>";
    }

    private string Command()
    {
        var start = ++_at;
        while (_at < _latex.Length && char.IsAsciiLetter(_latex[_at])) _at++;
        if (_at == start && _at < _latex.Length) _at++;
        var name = _latex[start.._at];
        if (Letters.TryGetValue(name, out var letter)) return $"<mi>{letter}</mi>";
        if (Operators.TryGetValue(name, out var sign)) return $"<mo>{WebUtility.HtmlEncode(sign)}</mo>";
        if (Accents.TryGetValue(name, out var accent)) return $"<mover accent=\"true\">{Argument()}<mo>{accent}</mo></mover>";
        if (Words.Contains(name)) return $"<mtext>{WebUtility.HtmlEncode(Raw())}</mtext>";
        return name switch
        {
            "frac" or "tfrac" or "dfrac" => $"<mfrac>{Argument()}{Argument()}</mfrac>",
            "sqrt" => $"<msqrt>{Argument()}</msqrt>",
            "mathbb" or "mathcal" => $"<mi>{Fancy(Raw())}</mi>",
            "left" or "right" => Fence(),
            "begin" => Lines(Raw()),
            "big" or "Big" or "bigl" or "bigr" or "Bigl" or "Bigr" or "displaystyle" or "!" => "",
            "\\" or "quad" or "qquad" or "," or ";" or ":" or " " =>
                $"<mspace width=\"{(name.StartsWith('q') || name == "\\" ? 1.5 : 0.2)}em\"></mspace>",
            "_" or "%" or "$" or "#" or "&" => $"<mtext>{WebUtility.HtmlEncode(name)}</mtext>",
            _ => $"<mi>{WebUtility.HtmlEncode(name)}</mi>{(Follows('_', '^', '(') ? "" : "<mspace width=\"0.17em\"></mspace>")}",
        };
    }

    private bool Follows(params char[] signs) => _at < _latex.Length && signs.Contains(_latex[_at]);

    /// <summary>A bracket that grows with what it holds; a full stop stands for none.</summary>
    private string Fence()
    {
        if (_at >= _latex.Length) return "";
        if (_latex[_at] == '\\') return Command();
        var bracket = _latex[_at++];
        return bracket == '.' ? "" : $"<mo stretchy=\"true\">{WebUtility.HtmlEncode(bracket.ToString())}</mo>";
    }

    /// <summary>The lines of an environment such as aligned, up to its end.</summary>
    private string Lines(string environment)
    {
        var end = $"\\end{{{environment}}}";
        var close = _latex.IndexOf(end, _at, StringComparison.Ordinal) is var found && found < 0 ? _latex.Length : found;
        var rows = _latex[_at..close].Split("\\\\");
        _at = Math.Min(_latex.Length, close + end.Length);
        return "<mtable>" + string.Concat(rows.Select(row => $"<mtr>{string.Concat(row.Split('&').Select(cell =>
            $"<mtd style=\"text-align:left\">{new MathMl(cell.Trim(), _block).Row()}</mtd>"))}</mtr>")) + "</mtable>";
    }

    /// <summary>The text of the group that follows, or of one sign.</summary>
    private string Raw()
    {
        while (_at < _latex.Length && _latex[_at] == ' ') _at++;
        if (_at >= _latex.Length) return "";
        if (_latex[_at] != '{') return _latex[_at++].ToString();
        var (start, depth) = (++_at, 1);
        for (; _at < _latex.Length; _at++)
        {
            if (_latex[_at] == '{') depth++;
            else if (_latex[_at] == '}' && --depth == 0) break;
        }
        var text = _latex[start..Math.Min(_at, _latex.Length)];
        if (_at < _latex.Length) _at++;
        return text.Replace("\\_", "_", StringComparison.Ordinal);
    }

    /// <summary>Names and signs that stand in turn, set apart by blanks.</summary>
    private static Dictionary<string, string> Pairs(string text) => text
        .Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Chunk(2)
        .ToDictionary(pair => pair[0], pair => pair[1]);

    private static string Fancy(string letters) => letters switch
    {
        "E" => "𝔼",
        "R" => "ℝ",
        "N" => "𝒩",
        "P" => "ℙ",
        "L" => "ℒ",
        "D" => "𝒟",
        "U" => "𝒰",
        "1" => "𝟙",
        "Z" => "ℤ",
        _ => WebUtility.HtmlEncode(letters),
    };
}

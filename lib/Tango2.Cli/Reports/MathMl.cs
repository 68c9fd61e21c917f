using System.Net;
using System.Text;

namespace Tango2.Cli.Reports;

/// <summary>The LaTeX of formulas as MathML, which browsers draw without a script or a font from elsewhere.</summary>
/// <remarks>It knows what papers of this field use (<see cref="MathSymbols"/>); a command that it does not know is an error.</remarks>
internal sealed class MathMl
{
    private const string Upright = "mathrm";

    private readonly string _latex;
    private readonly bool _block;
    private int _at;
    private string[] _ends = [];
    private string? _alphabet;

    private MathMl(string latex, bool block) => (_latex, _block) = (latex, block);

    /// <summary>A math element; for a line with several statements, set apart by \quad or \\, one for each.</summary>
    /// <param name="latex">The formula without its dollar signs.</param>
    /// <param name="block">A formula on a line of its own.</param>
    /// <exception cref="InvalidDataException">It has a command that is not known; the message names both.</exception>
    public static string From(string latex, bool block)
    {
        List<string> parts = block ? Statements(latex) : [latex];
        return string.Concat(parts.Select(part => new MathMl(part.Trim(), block).All()));
    }

    private string All()
    {
        var content = new StringBuilder();
        do
        {
            content.Append(Row());
            _at++; // A closing brace without its opening one.
        }
        while (_at < _latex.Length);
        var width = _block ? MathWidth.Of(content.ToString()) : 0;
        var wide = width > MathWidth.Line ? $" style=\"--em:{width}\"" : "";
        return $"<math{(_block ? " display=\"block\"" : "")}{wide}>{content}</math>";
    }

    /// <summary>The parts between blanks of a line and line ends that stand in no group: a page can set them below each other.</summary>
    private static List<string> Statements(string latex)
    {
        var (parts, start, depth) = (new List<string>(), 0, 0);
        var parser = new MathMl(latex, block: true);
        while (parser._at < latex.Length)
        {
            var at = parser._at;
            var name = latex[at] == '\\' ? parser.Name() : latex[parser._at++].ToString();
            if (name is "{" && latex[at] == '{' || name is "left" or "begin") depth++;
            if (name is "}" && latex[at] == '}' || name is "right" or "end") depth--;
            if (depth != 0 || name is not ("quad" or "qquad" or "\\")) continue;
            parts.Add(latex[start..at]);
            start = parser._at;
        }
        parts.Add(latex[start..]);
        return [.. parts.Where((part, i) => i == 0 || part.Trim().Length > 0)];
    }

    private string Row(params string[] ends)
    {
        var (outer, row, last) = (_ends, new StringBuilder("<mrow>"), "");
        _ends = ends;
        while (_at < _latex.Length && _latex[_at] != '}' && !ends.Any(Starts))
        {
            var name = _latex[_at] == '\\' ? Ahead() : "";
            var function = MathSymbols.Functions.Contains(name) || name == "operatorname";
            if (function && last.Length > 0 && !Operator(last)) row.Append(Space(0.167));
            var piece = Scripted();
            if (piece.Length == 0) continue;
            row.Append(last = piece);
            if (function && Applies()) row.Append(last = Space(0.167));
        }
        _ends = outer;
        return row.Append("</mrow>").ToString();
    }

    /// <summary>Whether a function's argument follows without a bracket.</summary>
    private bool Applies()
    {
        SkipBlanks();
        return _at < _latex.Length && !_ends.Any(Starts) && !"()[]},.".Contains(_latex[_at])
            && !(_latex[_at] == '\\' && (Ahead() is "left" or "right" || MathSymbols.Spaces.ContainsKey(Ahead()) || Big(Ahead()) > 0));
    }

    private static bool Operator(string piece) =>
        (piece.StartsWith("<mo>", StringComparison.Ordinal) || piece.StartsWith("<mo ", StringComparison.Ordinal)
        || piece.StartsWith("<mspace", StringComparison.Ordinal)) && !piece.EndsWith(")</mo>", StringComparison.Ordinal);

    private string Scripted()
    {
        var start = _at;
        var atom = _latex[_at] is '_' or '^' ? "<mrow></mrow>" : Atom();
        if (atom.Length == 0) return "";
        var name = _latex[start.._at].TrimStart('\\');
        var under = _block && MathSymbols.Limits.Contains(name.Trim()) || name.StartsWith("operatorname*", StringComparison.Ordinal)
            || name.StartsWith("underbrace", StringComparison.Ordinal) || name.StartsWith("overbrace", StringComparison.Ordinal);
        string? below = null, above = null;
        var primes = "";
        for (SkipBlanks(); _at < _latex.Length; SkipBlanks())
        {
            if (Starts("\\limits") || Starts("\\nolimits")) under = Name() == "limits";
            else if (_latex[_at] == '_' && below is null) below = Next();
            else if (_latex[_at] == '^' && above is null) above = Next();
            else if (_latex[_at] is '_' or '^') throw Wrong($"has two scripts in a row, '{_latex[_at]}'");
            else if (_latex[_at] == '\'') (primes, _at) = (primes + "<mo>′</mo>", _at + 1);
            else break;
        }
        above = (primes.Length, above) switch
        {
            (0, _) => above,
            (_, null) => primes.Length == "<mo>′</mo>".Length ? primes : $"<mrow>{primes}</mrow>",
            _ => $"<mrow>{primes}{above}</mrow>",
        };
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

    /// <summary>A group or one sign; of a number, one digit: \tfrac12 is a half.</summary>
    private string Argument()
    {
        SkipBlanks();
        if (_at >= _latex.Length || _latex[_at] == '}' || _ends.Any(Starts)) return "<mrow></mrow>";
        return char.IsAsciiDigit(_latex[_at]) && _alphabet is null ? $"<mn>{_latex[_at++]}</mn>" : Atom(one: true);
    }

    private string Atom(bool one = false)
    {
        var c = _latex[_at];
        if (c == '\\') return Command();
        if (c == '{') return Group();
        if (c == '&') throw Wrong("has a '&' outside an environment");
        if (c == '%') return Comment();
        if (_alphabet is not null && char.IsLetterOrDigit(c)) return Styled(one);
        if (char.IsAsciiDigit(c)) return Number();
        _at++;
        if (char.IsWhiteSpace(c)) return "";
        if (c == '~') return Space(0.3);
        if (c == '|') return "<mo lspace=\"0\" rspace=\"0\" stretchy=\"false\">|</mo>";
        if (c is '(' or ')' or '[' or ']') return $"<mo stretchy=\"false\">{c}</mo>"; // Only \left and \right grow.
        if (char.IsHighSurrogate(c) && _at < _latex.Length) return $"<mi>{c}{_latex[_at++]}</mi>";
        return char.IsLetter(c) ? $"<mi>{c}</mi>" : $"<mo>{Safe(c == '-' ? "−" : c == '*' ? "∗" : c.ToString())}</mo>";
    }

    private string Group()
    {
        _at++;
        var group = Row();
        if (_at < _latex.Length) _at++;
        return group == "<mrow><mo>,</mo></mrow>" ? "<mtext>,</mtext>" : group; // {,} is a comma without a blank after it.
    }

    private string Comment()
    {
        _at = _latex.IndexOf('\n', _at) is var end and >= 0 ? end : _latex.Length;
        return "";
    }

    /// <summary>Digits with their decimal point; a comma belongs to them only before three digits, as in 1,000.</summary>
    private string Number()
    {
        var start = _at;
        int Digits(int at) => _latex.AsSpan(at).IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : _latex.Length - at;
        while (true)
        {
            _at += Digits(_at);
            if (_at + 1 >= _latex.Length || !(_latex[_at] == '.' && Digits(_at + 1) > 0 || _latex[_at] == ',' && Digits(_at + 1) == 3))
                return $"<mn>{_latex[start.._at]}</mn>";
            _at++;
        }
    }

    /// <summary>Letters of the alphabet at hand.</summary>
    private string Styled(bool one)
    {
        var letters = new StringBuilder();
        do
        {
            Rune.DecodeFromUtf16(_latex.AsSpan(_at), out var rune, out var length);
            letters.Append(InAlphabet(rune));
            _at += length;
        }
        while (!one && _at < _latex.Length && char.IsLetterOrDigit(_latex[_at]));
        return Identifier(letters.ToString());
    }

    private string InAlphabet(Rune rune) => _alphabet is null ? rune.ToString() : MathSymbols.In(_alphabet, rune)
        ?? throw Wrong($"wants '{rune}' in \\{_alphabet}, which has no such letter");

    private string Identifier(string letters) => letters.Length == 1 && _alphabet == Upright || letters.Length == 1 && letters[0] is >= 'Α' and <= 'Ω' or '∇' or '∞'
        ? $"<mi mathvariant=\"normal\">{letters}</mi>"
        : $"<mi>{letters}</mi>";

    private string Command()
    {
        var name = Name();
        if (MathSymbols.Letters.TryGetValue(name, out var letter))
            return Identifier(letter.Length == 1 && char.IsLetter(letter[0]) ? InAlphabet(new Rune(letter[0])) : letter);
        if (MathSymbols.Operators.TryGetValue(name, out var sign)) return $"<mo>{Safe(sign)}</mo>";
        if (MathSymbols.Brackets.TryGetValue(name, out var bracket)) return Bracket(bracket, "stretchy=\"false\"");
        if (MathSymbols.Accents.TryGetValue(name, out var accent)) return $"<mover accent=\"true\">{Argument()}<mo>{accent}</mo></mover>";
        if (name == "underbrace") return $"<munder>{Argument()}<mo>⏟</mo></munder>";
        if (MathSymbols.Functions.Contains(name)) return $"<mi>{name}</mi>";
        if (MathSymbols.Spaces.TryGetValue(name, out var width)) return width == "0" ? "" : Space(width);
        if (MathSymbols.IsAlphabet(name)) return Alphabet(name == "operatorname" ? Upright : name);
        return Big(name) > 0 ? Bracket(Bracket(name), Size(Big(name))) : Built(name);
    }

    /// <summary>What a command builds of its arguments.</summary>
    private string Built(string name) => name switch
    {
        "frac" or "cfrac" => Fraction(),
        "tfrac" => $"<mstyle displaystyle=\"false\" scriptlevel=\"0\">{Fraction()}</mstyle>",
        "dfrac" => $"<mstyle displaystyle=\"true\" scriptlevel=\"0\">{Fraction()}</mstyle>",
        "binom" or "tbinom" or "dbinom" => $"<mrow><mo>(</mo>{Fraction(" linethickness=\"0\"")}<mo>)</mo></mrow>",
        "sqrt" => Root(),
        "left" => Fenced(),
        "begin" => Environment(),
        "text" or "textrm" or "textnormal" or "mbox" => Text(""),
        "textbf" => Text("font-weight:bold"),
        "textit" or "emph" => Text("font-style:italic"),
        "texttt" => Text("font-family:monospace"),
        "textsf" => Text("font-family:sans-serif"),
        "overset" or "stackrel" => Stacked("mover"),
        "underset" => Stacked("munder"),
        "substack" => Substack(),
        "displaystyle" => $"<mstyle displaystyle=\"true\" scriptlevel=\"0\">{Row(_ends)}</mstyle>",
        "textstyle" => $"<mstyle displaystyle=\"false\" scriptlevel=\"0\">{Row(_ends)}</mstyle>",
        "phantom" => $"<mphantom>{Argument()}</mphantom>",
        "overline" => $"<mrow style=\"border-top:0.06em solid;padding-top:0.1em\">{Argument()}</mrow>",
        "underline" => $"<mrow style=\"border-bottom:0.06em solid;padding-bottom:0.1em\">{Argument()}</mrow>",
        "boxed" => $"<mrow style=\"border:1px solid;padding:0.2em\">{Argument()}</mrow>",
        "not" => Negated(),
        "bmod" or "mod" => "<mo lspace=\"0.22em\" rspace=\"0.22em\">mod</mo>",
        "pmod" => $"<mrow><mo>(</mo><mi>mod</mi>{Space(0.3)}{Argument()}<mo>)</mo></mrow>",
        "tag" => $"{Space(2)}<mtext>({Safe(Raw())})</mtext>",
        "notag" or "nonumber" or "" => "",
        "\\" => Space(1.5),
        _ when string.IsNullOrWhiteSpace(name) => Space(0.3),
        "_" or "%" or "$" or "#" or "&" => $"<mtext>{Safe(name)}</mtext>",
        _ => throw Unknown($"\\{name}"),
    };

    /// <summary>The name of the command at hand, behind which it goes.</summary>
    private string Name()
    {
        var name = Ahead();
        _at += 1 + name.Length;
        if (name is "operatorname" && _at < _latex.Length && _latex[_at] == '*') _at++;
        return name;
    }

    private string Ahead()
    {
        var end = _at + 1;
        while (end < _latex.Length && char.IsAsciiLetter(_latex[end])) end++;
        if (end == _at + 1 && end < _latex.Length) end++;
        return _latex[(_at + 1)..end];
    }

    private bool Starts(string end) => end[0] == '\\'
        ? _latex[_at] == '\\' && Ahead() == end[1..]
        : _latex.AsSpan(_at).StartsWith(end, StringComparison.Ordinal);

    private void SkipBlanks()
    {
        while (_at < _latex.Length && char.IsWhiteSpace(_latex[_at])) _at++;
    }

    private string Alphabet(string name)
    {
        var outer = _alphabet;
        _alphabet = name;
        var argument = Argument();
        _alphabet = outer;
        const string start = "<mrow>", end = "</mrow>";
        var single = argument.StartsWith(start, StringComparison.Ordinal) && argument.IndexOf("</mi>", StringComparison.Ordinal)
            == argument.Length - end.Length - "</mi>".Length;
        return single ? argument[start.Length..^end.Length] : argument;
    }

    private string Fraction(string attributes = "")
    {
        var above = Argument();
        return $"<mfrac{attributes}>{above}{Argument()}</mfrac>";
    }

    private string Stacked(string element)
    {
        var sign = Argument();
        return $"<{element}>{Argument()}{sign}</{element}>";
    }

    private string Root()
    {
        SkipBlanks();
        if (_at >= _latex.Length || _latex[_at] != '[') return $"<msqrt>{Argument()}</msqrt>";
        _at++;
        var degree = Row("]");
        if (_at < _latex.Length) _at++;
        return $"<mroot>{Argument()}{degree}</mroot>";
    }

    private string Negated()
    {
        var sign = Argument();
        var end = sign.IndexOf("</mo>", StringComparison.Ordinal);
        return end < 0 ? throw Wrong("has a \\not before something that is no relation") : sign.Insert(end, "\u0338");
    }

    /// <summary>Everything between \left and \right, with brackets as high as it is; a full stop stands for none.</summary>
    private string Fenced()
    {
        var row = new StringBuilder("<mrow>").Append(Bracket(Bracket("left"), "stretchy=\"true\" form=\"prefix\""));
        for (row.Append(Row("\\right", "\\middle")); _at < _latex.Length && Starts("\\middle"); row.Append(Row("\\right", "\\middle")))
            row.Append(Bracket(Bracket(Name()), "stretchy=\"true\""));
        if (_at < _latex.Length && Starts("\\right")) row.Append(Bracket(Bracket(Name()), "stretchy=\"true\" form=\"postfix\""));
        return row.Append("</mrow>").ToString();
    }

    /// <summary>The bracket that must follow a command such as \left.</summary>
    private string Bracket(string command)
    {
        SkipBlanks();
        if (_at >= _latex.Length) return ".";
        if (_latex[_at] != '\\') return "()[]|/.<>".Contains(_latex[_at]) ? _latex[_at++].ToString() : throw NoBracket();
        var name = Name();
        return MathSymbols.Brackets.TryGetValue(name, out var bracket) ? bracket : throw NoBracket();

        InvalidDataException NoBracket() => Wrong($"needs a bracket, or a full stop for none, after \\{command}");
    }

    private static string Bracket(string bracket, string attributes) => bracket == "." ? "" :
        $"<mo lspace=\"0\" rspace=\"0\" {attributes}>{Safe(bracket == "<" ? "⟨" : bracket == ">" ? "⟩" : bracket)}</mo>";

    private static string Size(double size) => FormattableString.Invariant(
        $"stretchy=\"true\" symmetric=\"true\" minsize=\"{size}em\" maxsize=\"{size}em\"");

    /// <summary>The height of a bracket after \big and its like, in em; 0 for other names.</summary>
    private static double Big(string name) => name switch
    {
        "big" or "bigl" or "bigr" or "bigm" => 1.2,
        "Big" or "Bigl" or "Bigr" or "Bigm" => 1.8,
        "bigg" or "biggl" or "biggr" or "biggm" => 2.4,
        "Bigg" or "Biggl" or "Biggr" or "Biggm" => 3,
        _ => 0,
    };

    private string Environment()
    {
        var name = Raw();
        if (!MathSymbols.Environments.TryGetValue(name, out var brackets)) throw Unknown($"\\begin{{{name}}}");
        if (name is "array" or "alignedat") Raw(); // How columns are set: here all are in the middle.
        var rows = Rows("\\end");
        if (_at < _latex.Length && Starts("\\end"))
        {
            Name();
            Raw();
        }
        var table = $"<mtable displaystyle=\"{(name is "cases" or "array" || name.EndsWith("matrix", StringComparison.Ordinal) ? "false" : "true")}\">"
            + string.Concat(rows.Select(row => $"<mtr>{string.Concat(row.Select((cell, i) =>
                $"<mtd style=\"{Side(name, i)}\">{cell}</mtd>"))}</mtr>")) + "</mtable>";
        return brackets == ".." ? table : $"<mrow>{Bracket(brackets[..1], "stretchy=\"true\" form=\"prefix\"")}{table}"
            + $"{Bracket(brackets[1..], "stretchy=\"true\" form=\"postfix\"")}</mrow>";
    }

    private static string Side(string environment, int column) => environment switch
    {
        "cases" => "text-align:left",
        "aligned" or "align" or "align*" or "alignedat" or "split" =>
            column % 2 == 0 ? "text-align:right;padding-right:0" : "text-align:left;padding-left:0.2em",
        _ => "text-align:center",
    };

    /// <summary>Cells between &amp; and \\ up to an end.</summary>
    private List<List<string>> Rows(string end)
    {
        var rows = new List<List<string>> { new() };
        while (true)
        {
            rows[^1].Add(Row("&", "\\\\", end));
            if (_at >= _latex.Length || _latex[_at] == '}' || Starts(end)) break;
            if (_latex[_at++] == '&') continue;
            _at++;
            SkipBlanks();
            if (_at < _latex.Length && _latex[_at] == '[') _at = Math.Max(_at, _latex.IndexOf(']', _at)) + 1; // Room between rows.
            rows.Add([]);
        }
        if (rows.Count > 1 && rows[^1] is ["<mrow></mrow>"]) rows.RemoveAt(rows.Count - 1);
        return rows;
    }

    private string Substack()
    {
        SkipBlanks();
        if (_at < _latex.Length && _latex[_at] == '{') _at++;
        var rows = Rows("}");
        if (_at < _latex.Length) _at++;
        return $"<mtable>{string.Concat(rows.Select(row => $"<mtr><mtd>{string.Concat(row)}</mtd></mtr>"))}</mtable>";
    }

    /// <summary>Words; a formula may stand between dollar signs in them. Their blanks at both ends stay.</summary>
    private string Text(string style)
    {
        var parts = Raw().Split('$');
        if (parts.Length % 2 == 0) throw Wrong("has text with a lonely '$'");
        var attribute = style.Length == 0 ? "" : $" style=\"{style}\"";
        return string.Concat(parts.Select((part, i) => i % 2 == 1
            ? new MathMl(part, block: false).Row()
            : part.Length == 0 ? "" : $"<mtext{attribute}>{Safe(Words(part))}</mtext>"));
    }

    private string Words(string text)
    {
        foreach (var (escaped, sign) in new[] { ("\\_", "_"), ("\\%", "%"), ("\\#", "#"), ("\\&", "&"), ("\\{", "{"), ("\\}", "}"), ("\\ ", " "), ("~", "\u00A0") })
            text = text.Replace(escaped, sign, StringComparison.Ordinal);
        if (text.IndexOf('\\') is var at and >= 0) throw Unknown(text[at..].Split(' ')[0]);
        if (text.StartsWith(' ')) text = "\u00A0" + text[1..];
        return text.EndsWith(' ') ? text[..^1] + "\u00A0" : text;
    }

    /// <summary>The text of the group that follows, or of one sign.</summary>
    private string Raw()
    {
        SkipBlanks();
        if (_at >= _latex.Length) return "";
        if (_latex[_at] != '{') return _latex[_at++].ToString();
        var (start, depth) = (++_at, 1);
        for (; _at < _latex.Length; _at++)
        {
            if (_latex[_at] == '\\') _at++;
            else if (_latex[_at] == '{') depth++;
            else if (_latex[_at] == '}' && --depth == 0) break;
        }
        var text = _latex[start..Math.Min(_at, _latex.Length)];
        _at = Math.Min(_at + 1, _latex.Length);
        return text;
    }

    private static string Space(double em) => Space(FormattableString.Invariant($"{em}"));

    private static string Space(string em) => $"<mspace width=\"{em}em\"></mspace>";

    private static string Safe(string text) => WebUtility.HtmlEncode(text);

    private InvalidDataException Unknown(string command) => Wrong(
        $"has {command}, which the report does not know: write it in another way, or add it to {nameof(MathSymbols)}");

    private InvalidDataException Wrong(string what) =>
        new($"the formula '{string.Join(' ', _latex.Split('\n', StringSplitOptions.TrimEntries))}' {what}.");
}

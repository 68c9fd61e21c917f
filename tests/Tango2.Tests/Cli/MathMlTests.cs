using System.Xml.Linq;
using Tango2.Cli.Reports;

namespace Tango2.Tests.Cli;

public sealed class MathMlTests
{
    // trial 5: the first was 12/min, the second the word "wedge".
    [Theory]
    [InlineData(@"\tfrac12 \min(a, b)", "(1)/(2)min(a,b)")]
    [InlineData(@"a \wedge b", "a∧b")]
    [InlineData(@"\frac12", "(1)/(2)")]
    [InlineData(@"\begin{array}{cc} a & b \end{array}", "a;b")]
    [InlineData(@"\frac 1 2 3", "(1)/(2)3")]
    [InlineData(@"\frac\alpha\beta", "(α)/(β)")]
    [InlineData(@"\dfrac{a}2", "(a)/(2)")]
    [InlineData(@"\sqrt2x", "√(2)x")]
    [InlineData(@"\sqrt[3]{x}", "3√(x)")]
    [InlineData(@"x^10", "x^(1)0")]
    [InlineData(@"x^{10}", "x^(10)")]
    [InlineData(@"x_i^2 + x ^2 _i", "x_(i)^(2)+x_(i)^(2)")]
    [InlineData(@"{}^2", "^(2)")]
    [InlineData(@"f'", "f^(′)")]
    [InlineData(@"f''_a", "f_(a)^(′′)")]
    [InlineData(@"x'^2", "x^(′2)")]
    [InlineData(@"\mathbb{R}, \mathbb N, \mathbb E", "ℝ,ℕ,𝔼")]
    [InlineData(@"\mathcal{N}(0, \mathbf{I})", "𝒩(0,𝐈)")]
    [InlineData(@"\mathcal L \mathscr D \mathbb{1} \mathfrak{C}", "ℒ𝒟𝟙ℭ")]
    [InlineData(@"\boldsymbol{\epsilon}_\theta \bm x", "𝝐_(θ)𝒙")]
    [InlineData(@"\mathbf{x_t}", "𝐱_(𝐭)")]
    [InlineData(@"\hat{\mathbf x}", "hat(𝐱)")]
    [InlineData(@"\mathrm{TP}", "TP")]
    [InlineData(@"\operatorname{softmax}(x)", "softmax(x)")]
    [InlineData(@"\lVert x \rVert \le \| y \|", "‖x‖≤‖y‖")]
    [InlineData(@"\left( \frac{a}{b} \right]", "((a)/(b)]")]
    [InlineData(@"\left. x \right|_0", "x|_(0)")]
    [InlineData(@"\left\{ x \middle| y \right\}", "{x|y}")]
    [InlineData(@"\big[ x \Bigr)", "[x)")]
    [InlineData(@"\rightarrow \leq \geq \to \infty", "→≤≥→∞")]
    [InlineData(@"\text{both heard}", "both heard")]
    [InlineData(@"\text{if $x_1$ is 5\%}", "if\u00A0x_(1)\u00A0is 5%")]
    [InlineData(@"\begin{cases} x & a \\ y & b \end{cases}", "{x;a⏎y;b")]
    [InlineData(@"\begin{aligned} a &= b \\ &= c \\ \end{aligned}", "a;=b⏎;=c")]
    [InlineData(@"\begin{pmatrix} 1 & \begin{matrix} 2 & 3 \end{matrix} \\[2pt] 4 & 5 \end{pmatrix}", "(1;2;3⏎4;5)")]
    [InlineData(@"\overset{!}{=}", "=^(!)")]
    [InlineData(@"a \not\in B \notin C \ne d", "a∉B∉C≠d")]
    [InlineData(@"\binom n k", "((n)/(k))")]
    [InlineData(@"1,000 f(1,2) 0.5", "1,000f(1,2)0.5")]
    [InlineData(@"a % a remark", "a")]
    [InlineData(@"1{,}000", "1,000")]
    [InlineData(@"\overline{a + b} \tilde x", "bar(a+b)tilde(x)")]
    [InlineData(@"a \cdot b \times c \pm \partial \nabla", "a·b×c±∂∇")]
    [InlineData(@"\displaystyle \sum_{i} x", "∑_(i)x")]
    public void A_formula_reads_as_it_is_meant(string latex, string reading) =>
        Assert.Equal(reading, Reading(latex, block: false).Replace("∈\u0338", "∉"));

    [Theory]
    [InlineData(@"\sum_{i=1}^N x", "munderover")]
    [InlineData(@"\max_\theta L", "munder")]
    [InlineData(@"\operatorname*{arg\,max}_x f", "munder")]
    [InlineData(@"\sum\limits_i x", "munder")]
    [InlineData(@"\underbrace{a + b}_{c}", "munder")]
    [InlineData(@"\sum\nolimits_i x", "msub")]
    [InlineData(@"\int_0^1 x", "msubsup")]
    public void Scripts_stand_where_TeX_sets_them(string latex, string element) =>
        Assert.Contains($"<{element}>", MathMl.From(latex, block: true));

    [Theory]
    [InlineData(@"2\log x", "2<mspace>log<mspace>x")]
    [InlineData(@"\log(x)", "log(x)")]
    [InlineData(@"-\log \sigma\left(x\right)", "−log<mspace>σ(x)")]
    [InlineData(@"\log \max(x)", "log<mspace>max(x)")]
    public void Functions_keep_apart_from_their_argument(string latex, string expected) =>
        Assert.Equal(expected, string.Concat(XElement.Parse(MathMl.From(latex, block: false)).Descendants()
            .Where(e => !e.HasElements).Select(e => e.Name.LocalName == "mspace" ? "<mspace>" : e.Value)));

    [Theory]
    [InlineData(@"a \foo b", "the formula 'a \\foo b' has \\foo, which the report does not know: write it in another way, or add it to MathSymbols.")]
    [InlineData(@"\begin{tikzcd} a \end{tikzcd}", "has \\begin{tikzcd}, which")]
    [InlineData(@"\text{a \foo}", "has \\foo, which")]
    [InlineData(@"\mathbb{\alpha}", "wants 'α' in \\mathbb, which has no such letter")]
    [InlineData(@"\left x", "needs a bracket, or a full stop for none, after \\left")]
    [InlineData(@"x^a^b", "has two scripts in a row, '^'")]
    [InlineData(@"a & b", "has a '&' outside an environment")]
    [InlineData(@"\not x", "has a \\not before something that is no relation")]
    public void What_cannot_be_drawn_is_an_error_that_names_it(string latex, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => MathMl.From(latex, block: true)).Message);

    [Fact]
    public void Only_brackets_after_left_and_right_grow()
    {
        Assert.Equal(2, System.Text.RegularExpressions.Regex.Count(MathMl.From(@"\frac12 (a)", block: true), "stretchy=\"false\""));
        Assert.Equal(2, System.Text.RegularExpressions.Regex.Count(MathMl.From(@"\left(\frac12\right]", block: true), "stretchy=\"true\""));
    }

    // trial 11: a line of several statements can be broken between them.
    [Fact]
    public void Statements_on_one_line_are_formulas_of_their_own()
    {
        var html = XElement.Parse($"<all>{MathMl.From(@"a = \left( b \quad c \right), \qquad d \\ e", block: true)}</all>");
        Assert.Equal(3, html.Elements("math").Count());
        Assert.Equal("math", XElement.Parse(MathMl.From(@"a \qquad b", block: false)).Name.LocalName);
    }

    // trial 21: equation 17 ran off the page.
    [Fact]
    public void A_formula_that_is_wider_than_a_line_knows_its_width()
    {
        Assert.DoesNotContain("--em", MathMl.From(@"a = b + c", block: true));
        var many = string.Join(" + ", Enumerable.Repeat("a_b", 40));
        var width = int.Parse(MathMl.From(many, block: true).Split("--em:")[1].Split('"')[0]);
        Assert.InRange(width, 60, 120);
        Assert.InRange(int.Parse(MathMl.From($@"\frac{{{many}}}{{2}}", block: true).Split("--em:")[1].Split('"')[0]), width, width + 2);
    }

    /// <summary>The formula in one line: what stands where is told by signs, and nothing by the drawing alone.</summary>
    internal static string Reading(string latex, bool block)
    {
        return string.Concat(XElement.Parse($"<all>{MathMl.From(latex, block)}</all>").Descendants("math")
            .Select((math, i) => (i > 0 ? " | " : "") + Of(math)));

        static string Of(XElement element)
        {
            string[] parts = [.. element.Elements().Select(Of)];
            return element.Name.LocalName switch
            {
                "mrow" when ((string?)element.Attribute("style"))?.StartsWith("border-top", StringComparison.Ordinal) == true =>
                    $"bar({string.Concat(parts)})",
                "mfrac" => $"({parts[0]})/({parts[1]})",
                "msqrt" => $"√({parts[0]})",
                "mroot" => $"{parts[1]}√({parts[0]})",
                "msub" or "munder" => $"{parts[0]}_({parts[1]})",
                "mover" when (string?)element.Attribute("accent") == "true" => $"{Accent(parts[1])}({parts[0]})",
                "msup" or "mover" => $"{parts[0]}^({parts[1]})",
                "msubsup" or "munderover" => $"{parts[0]}_({parts[1]})^({parts[2]})",
                "mtable" => string.Join('⏎', parts),
                "mtr" => string.Join(';', parts),
                _ => element.HasElements ? string.Concat(parts) : element.Value,
            };
        }

        static string Accent(string sign) => sign switch { "^" => "hat", "¯" => "bar", "˜" => "tilde", _ => sign };
    }
}

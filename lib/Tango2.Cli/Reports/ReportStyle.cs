namespace Tango2.Cli.Reports;

/// <summary>The look of the report page, light and dark.</summary>
internal static class ReportStyle
{
    /// <summary>The style sheet.</summary>
    public const string Css = """
        :root { color-scheme: light dark; --ink: #222; --paper: #fff; --pale: #f5f6f8; --line: #d8dbe0; --link: #0058a3;
          --key: #0058a3; --string: #8a3b12; --number: #00695c; --comment: #5b6570; --good: #00663c; --bad: #a02000; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e4e6ea; --paper: #16181c; --pale: #20242a; --line: #3a4048; --link: #7fb8f0;
            --key: #7fb8f0; --string: #e8a37c; --number: #70cdbd; --comment: #98a3ae; --good: #6fcf97; --bad: #ff9a80; } }
        * { box-sizing: border-box; }
        body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.55 system-ui, sans-serif;
          display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
        nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1rem; background: var(--pale);
          border-right: 1px solid var(--line); font-size: 0.9rem; }
        nav h1 { font-size: 1.1rem; margin: 0 0 0.5rem; }
        nav ol { margin: 0; padding-left: 1.4rem; }
        nav li { margin: 0.3rem 0; }
        a { color: var(--link); }
        main { padding: 1rem 2rem 6rem; max-width: 62rem; }
        article { border-bottom: 1px solid var(--line); padding: 1rem 0 3rem; }
        #result h1 { font-size: 1.7rem; margin: 0.4rem 0; }
        .lead { font-size: 1.1rem; max-width: 46rem; }
        .file { color: var(--comment); font: 0.8rem ui-monospace, monospace; margin: 0; }
        .text { max-width: 46rem; overflow-x: auto; }
        .text table { border-collapse: collapse; }
        .text th, .text td { padding: 3px 12px; border-bottom: 1px solid var(--line); text-align: left; }
        .text blockquote { margin: 0 0 0 0.2rem; padding-left: 1rem; border-left: 3px solid var(--line); }
        .text code { background: var(--pale); padding: 0 0.25em; border-radius: 3px; }
        math { font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", "STIX Math", "DejaVu Math TeX Gyre",
          "Noto Sans Math", math; }
        .text { container-type: inline-size; }
        math[display="block"] { margin: 0.8rem 0; padding: 0.4rem 0; font-size: 1.1rem; }
        math[style*="--em"] { font-size: clamp(0.75rem, calc(100cqi / var(--em)), 1.1rem); }
        .formulas { display: flex; flex-wrap: wrap; justify-content: safe center; gap: 0 2.4rem; margin: 0.8rem 0; overflow-x: auto; }
        .formulas math[display="block"] { margin: 0; width: auto; flex: none; }
        .code { position: relative; margin: 0.8rem 0; }
        .count { position: absolute; right: 0.5rem; top: 0.3rem; color: var(--comment); font: 0.75rem ui-monospace, monospace; }
        pre { margin: 0; padding: 0.6rem 2rem 0.6rem 0.8rem; white-space: pre-wrap; overflow-wrap: anywhere; overflow-x: auto; background: var(--pale); border-radius: 6px;
          font: 0.85rem/1.45 ui-monospace, SFMono-Regular, Consolas, monospace; }
        .output { margin: 0.4rem 0 0.4rem 0.8rem; overflow-x: auto; }
        .output pre { background: none; border-left: 3px solid var(--line); border-radius: 0; padding: 0 0.8rem; }
        .output img { max-width: 100%; }
        .k { color: var(--key); } .s { color: var(--string); } .n { color: var(--number); } .c { color: var(--comment); }
        .good { color: var(--good); } .bad, .output pre.bad { color: var(--bad); }
        @media (max-width: 800px) {
          body { display: block; }
          nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); }
          main { padding: 1rem; } }
        @media (max-width: 480px) {
          .output { margin-left: 0; }
          .output table th, .output table td { padding: 2px 5px !important; font-size: 0.85rem; }
          table.wide thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          table.wide, table.wide caption, table.wide tbody, table.wide tr { display: block; }
          table.wide tr { border-top: 2px solid var(--line); padding: 0.3rem 0; }
          table.wide tr > * { display: flex; justify-content: space-between; gap: 1rem; text-align: right !important; }
          table.wide tr > *::before { content: attr(data-label); flex: none; max-width: 50%; text-align: left; color: var(--comment); } }
        @media print { body { display: block; } nav { display: none; } }
        """;
}

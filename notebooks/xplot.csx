// For readers who know XPlot.Plotly. A notebook imports it before setup.csx: the compiler takes types that it saw before
// these files for others than the same types after them.
#!import published.csx
#r "../out/publish/plotly/XPlot.Plotly.dll"
#r "../out/publish/plotly/Newtonsoft.Json.dll"

// A chart of one trace as the moving face of a figure: Figure.WithPlotly.
string XPlotJson(XPlot.Plotly.Trace trace, XPlot.Plotly.Layout.Layout layout) =>
    Newtonsoft.Json.JsonConvert.SerializeObject(new { data = new[] { trace }, layout });

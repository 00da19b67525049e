//! The two layers of a chart as one SVG picture. Invariant: the data layer is cut off at the plot's
//! edges, as a canvas of its own is.

use crate::PlotRect;

/// Puts `data`, an SVG picture of the data layer that is `subpixel` times as large as `plot`, over
/// `axes`, one of the axes layer. Both are as plotters' SVG backend writes them; from another
/// source, without a line of their own for the outermost tag, the data are left out.
pub fn layered(axes: &str, data: &str, plot: &PlotRect, subpixel: i32) -> String {
    let (Some(end), Some((_, data))) = (axes.rfind("</svg>"), data.split_once('\n')) else {
        return axes.to_owned();
    };
    let PlotRect {
        left,
        top,
        width,
        height,
    } = *plot;
    let units = |px: u32| i64::from(px) * i64::from(subpixel);
    let (right, bottom) = (units(width), units(height));
    // What is in a picture within a picture is cut off at its edges. Lines have round joints, as on
    // the page.
    format!(
        "{}<svg x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {right} {bottom}\" stroke-linejoin=\"round\" stroke-linecap=\"round\">\n\
         {data}{}",
        &axes[..end],
        &axes[end..],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers() {
        let plot = PlotRect {
            left: 28,
            top: 8,
            width: 100,
            height: 50,
        };
        let check = |axes: &str, data: &str, expected: &str| {
            assert_eq!(layered(axes, data, &plot, 8), expected);
        };
        check(
            "<svg width=\"140\">\n<text/>\n</svg>\n",
            "<svg width=\"800\">\n<line/>\n</svg>\n",
            "<svg width=\"140\">\n<text/>\n<svg x=\"28\" y=\"8\" width=\"100\" height=\"50\" \
             viewBox=\"0 0 800 400\" stroke-linejoin=\"round\" stroke-linecap=\"round\">\n\
             <line/>\n</svg>\n</svg>\n",
        );
        check("<svg>\n</svg>\n", "", "<svg>\n</svg>\n");
        check("", "<svg>\n</svg>\n", "");
    }
}

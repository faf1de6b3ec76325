package static

import (
	"math"
	"regexp"
	"strconv"
	"testing"
)

var colorProperty = regexp.MustCompile(
	`(?m)^\s*--([a-z-]+): light-dark\(#([0-9a-f]{3,6}), #([0-9a-f]{3,6})\);`)

// themes returns the stylesheet's colors by name, in the light theme and in the dark one.
func themes(t *testing.T) [2]map[string]string {
	t.Helper()
	themes := [2]map[string]string{{}, {}}
	for _, match := range colorProperty.FindAllSubmatch(files["app.css"].plain, -1) {
		themes[0][string(match[1])] = string(match[2])
		themes[1][string(match[1])] = string(match[3])
	}
	return themes
}

// luminance returns the relative luminance of "rgb" or "rrggbb", as WCAG 2 defines it.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		value, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		channel := float64(value) / 255
		if channel <= 0.04045 {
			sum += weight * channel / 12.92
		} else {
			sum += weight * math.Pow((channel+0.055)/1.055, 2.4)
		}
	}
	return sum
}

func TestColorsHaveEnoughContrastInBothThemes(t *testing.T) {
	for theme, colors := range themes(t) {
		for _, pair := range []struct {
			front, back string
			min         float64
		}{
			{"ink", "paper", 4.5}, {"ink", "raised", 4.5},
			{"soft", "paper", 4.5}, {"soft", "raised", 4.5},
			{"accent", "paper", 4.5}, {"accent", "raised", 4.5}, {"on-accent", "accent", 4.5},
			{"bad", "paper", 4.5}, {"bad", "raised", 4.5},
			{"edge", "paper", 3}, {"edge", "raised", 3}, // the outline of an input
		} {
			front, back := luminance(t, colors[pair.front]), luminance(t, colors[pair.back])
			ratio := (max(front, back) + 0.05) / (min(front, back) + 0.05)
			if ratio < pair.min {
				t.Errorf("theme %d: %s on %s: got %.2f:1, want at least %v:1",
					theme, pair.front, pair.back, ratio, pair.min)
			}
		}
	}
}

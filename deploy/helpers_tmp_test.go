package main
import ("testing";"os";"path/filepath";"strings")
func script(t *testing.T, environ []string, arguments ...string) string { return "" }
// terraform returns all Terraform files as one text.
func terraform(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob("terraform/*.tf")
	if err != nil || len(names) == 0 {
		t.Fatalf("no Terraform files: %v", err)
	}
	var all strings.Builder
	for _, name := range names {
		all.WriteString(read(t, name))
	}
	return all.String()
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

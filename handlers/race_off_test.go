//go:build !race

package handlers_test

const slowdown = 1

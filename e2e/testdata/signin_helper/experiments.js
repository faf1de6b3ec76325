// The helper's switches. The stand-in behaves as if all were on.
window.EXPERIMENTS = {};

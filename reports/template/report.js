"use strict";
/* Filters the clause matrix, opens what a link points into; no more. */
(function () {
	var form = document.querySelector(".filter");
	var rows = Array.from(document.querySelectorAll("#matrix [data-v]"));
	var chapters = Array.from(document.querySelectorAll(".chapter"));
	var bodies = Array.from(document.querySelectorAll("#matrix tbody"));
	var folds = Array.from(document.querySelectorAll(".chapter, .fold"));
	var usual = chapters.map(function (c) { return c.open; });
	var before = [];
	var output = form.querySelector("output");

	function apply() {
		var wanted = Array.from(form.querySelectorAll(":checked"))
			.map(function (box) { return box.value; });
		var text = form.querySelector("[type=search]").value
			.trim().toLowerCase();
		var active = wanted.length > 0 || text !== "";
		var shown = 0;

		rows.forEach(function (row) {
			var on = (wanted.length === 0 ||
				wanted.includes(row.dataset.v)) &&
				row.textContent.toLowerCase().includes(text);

			row.toggleAttribute("data-off", !on);
			shown += on;
		});
		chapters.forEach(function (c, i) {
			var some = c.querySelector("[data-v]:not([data-off])");

			c.toggleAttribute("data-off", !some);
			c.open = active ? Boolean(some) : usual[i];
		});
		bodies.forEach(function (b) {
			b.toggleAttribute("data-off",
				!b.querySelector("[data-v]:not([data-off])"));
		});
		output.textContent = shown + " / " + rows.length;
	}

	function reveal() {
		var at = location.hash.length > 1 &&
			document.getElementById(location.hash.slice(1));

		for (var e = at; e; e = e.parentElement)
			if (e.tagName === "DETAILS")
				e.open = true;
		if (at)
			at.scrollIntoView();
	}

	form.hidden = false;
	form.addEventListener("input", apply);
	form.addEventListener("reset", function () { setTimeout(apply); });
	form.addEventListener("submit", function (e) { e.preventDefault(); });
	addEventListener("hashchange", reveal);
	addEventListener("beforeprint", function () {
		before = folds.map(function (f) { return f.open; });
		folds.forEach(function (f) { f.open = true; });
	});
	addEventListener("afterprint", function () {
		folds.forEach(function (f, i) { f.open = before[i]; });
	});
	apply();
	if (location.hash)
		reveal();
}());

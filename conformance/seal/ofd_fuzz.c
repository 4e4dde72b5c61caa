/* SPDX-License-Identifier: MIT */
/*
 * Any octets as a package of OFD, and as the files in one: read, and judged
 * without anybody who is trusted.
 */
#include <stdint.h>
#include <stdlib.h>

#include "conformance/seal/ofd.h"
#include "fixtures/seal/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define NS   " xmlns:ofd=\"http://www.ofdspec.org/2016\""
#define SIGN "Doc_0/Signs/Sign_0/"

/* Files, with what is in them where the input has nothing for them. */
/* clang-format off */
static const struct {
	const char *name, *usual;
} files[] = {
	{ SIGN "Signature.xml",
	  "<ofd:Signature" NS "><ofd:SignedInfo><ofd:SignatureMethod>"
	  "1.2.156.10197.1.501</ofd:SignatureMethod><ofd:References "
	  "CheckMethod=\"SM3\"><ofd:Reference FileRef=\"/OFD.xml\">"
	  "<ofd:CheckValue>GrIdgxfP5T79yh1U5tuJBc3STgmNvdaM7DnxRBOWNC4="
	  "</ofd:CheckValue></ofd:Reference></ofd:References><ofd:StampAnnot "
	  "ID=\"1\" PageRef=\"1\" Boundary=\"1 2 3 4\"/><ofd:Seal><ofd:BaseLoc>"
	  "Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo><ofd:SignedValue>"
	  "SignedValue.dat</ofd:SignedValue></ofd:Signature>" },
	{ "Doc_0/Signs/Signatures.xml",
	  "<ofd:Signatures" NS "><ofd:Signature ID=\"1\" Type=\"Seal\" "
	  "BaseLoc=\"Sign_0/Signature.xml\"/></ofd:Signatures>" },
	{ "OFD.xml",
	  "<ofd:OFD" NS "><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml"
	  "</ofd:DocRoot><ofd:Signatures>Doc_0/Signs/Signatures.xml"
	  "</ofd:Signatures></ofd:DocBody></ofd:OFD>" },
	{ "Doc_0/Document.xml",
	  "<ofd:Document" NS "><ofd:Pages><ofd:Page ID=\"1\" "
	  "BaseLoc=\"Pages/Page_0/Content.xml\"/></ofd:Pages></ofd:Document>" },
	{ SIGN "SignedValue.dat", "0" },
	{ SIGN "Seal.esl", "0" },
};
/* clang-format on */

static void
judge(struct span package)
{
	const struct seal_ask ask = { .at = { INT64_C(1795000000) * 1000000 } };
	struct pki_findings f;
	struct ofd ofd;

	pki_findings_init(&f);
	if (ofd_read(&ofd, package, &f))
		ofd_judge(&ofd, &ask, &f);
	/* Nobody is trusted: nothing is ever right. */
	if (pki_findings_conform(&f))
		abort();
	ofd_free(&ofd);
	pki_findings_free(&f);
}

/* Cut at zero octets; a file with a name of its own as well. */
static void
as_files(struct span in)
{
	struct buf package;
	struct mint_zip z;

	mint_zip_init(&z);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		const struct span own = span_cut(&in, '\0');

		mint_zip_add(&z, files[i].name,
		    own.len > 0 ? own : span_of(files[i].usual));
	}
	if (in.len > 0)
		mint_zip_add_how(&z, span_take(in, 300), in, "deflate");
	buf_init(&package, 1 << 24);
	mint_zip_end(&z, &package);
	judge(buf_span(&package));
	buf_free(&package);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct span in = { (const char *)data, n };

	judge(in);
	as_files(in);
	return 0;
}

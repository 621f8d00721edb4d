import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { readMetadata } from "../../../src/images/metadata.ts";
import { type LabelsOptions, type LabelsSummary, writeLabels } from "../../../src/prepare/labels/write-labels.ts";
import { duckdb } from "../../results/duckdb.ts";

interface Written {
  readonly summary: LabelsSummary;
  readonly lines: readonly string[];
  readonly folder: string;
}

/** A folder with tables as given and empty files for images. */
function dataSet(tables: Readonly<Record<string, string>>, images: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "cfalign-labels-"));
  for (const [name, text] of [...Object.entries(tables), ...images.map((image): [string, string] => [image, ""])]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function write(
  tables: Readonly<Record<string, string>>,
  images: readonly string[],
  options?: LabelsOptions,
): Promise<Written> {
  const folder = dataSet(tables, images);
  const summary = await writeLabels(folder, options);
  return { summary, folder, lines: readFileSync(summary.metadata, "utf8").trim().split("\n") };
}

describe("labels of", () => {
  test("CelebA are 1 and 0 for 1 and -1, with the split of the partition", async () => {
    const { summary, lines } = await write(
      {
        "Anno/list_attr_celeba.txt": "3\nSmiling Young \n000001.jpg  1 -1\n000002.jpg -1  1\n000003.jpg  1  1\n",
        "Eval/list_eval_partition.txt": "000001.jpg 0\n000002.jpg 1\n000003.jpg 2\n",
      },
      ["img_align_celeba/000001.jpg", "img_align_celeba/000002.jpg", "img_align_celeba/000004.jpg"],
    );
    expect(lines).toEqual([
      "file_name,split,Smiling,Young",
      "img_align_celeba/000001.jpg,train,1,0",
      "img_align_celeba/000002.jpg,val,0,1",
    ]);
    expect(summary).toMatchObject({
      format: "celeba",
      images: 2,
      labels: [
        { label: "Smiling", ones: 1, zeros: 1, blank: 0 },
        { label: "Young", ones: 1, zeros: 1, blank: 0 },
      ],
      splits: { train: 1, val: 1 },
      rowsWithoutFile: { count: 1, example: "000003.jpg" },
      filesWithoutRow: { count: 1, example: "img_align_celeba/000004.jpg" },
    });
  });

  test("CelebA as CSV are the same", async () => {
    const { lines } = await write(
      {
        "list_attr_celeba.csv": "image_id,Smiling,Young\n000001.jpg,1,-1\n",
        "list_eval_partition.csv": "image_id,partition\n000001.jpg,2\n",
      },
      ["000001.jpg"],
    );
    expect(lines).toEqual(["file_name,split,Smiling,Young", "000001.jpg,test,1,0"]);
  });

  test("Waterbirds are the bird and the place", async () => {
    const { lines } = await write(
      {
        "metadata-waterbirds.csv":
          "img_id,img_filename,y,split,place,place_filename\n1,001.Albatross/a.jpg,1,0,0,x.jpg\n2,002.Wren/a.jpg,0,2,1,y.jpg\n",
      },
      ["001.Albatross/a.jpg", "002.Wren/a.jpg"],
    );
    expect(lines).toEqual([
      "file_name,split,waterbird,water",
      "001.Albatross/a.jpg,train,1,0",
      "002.Wren/a.jpg,test,0,1",
    ]);
  });

  test("CheXpert leave uncertain findings blank, and find files below another root", async () => {
    const { lines, summary } = await write(
      {
        "train.csv":
          "Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,Edema\nCheXpert-v1.0-small/train/patient00001/study1/view1_frontal.jpg,Female,68,Frontal,AP,1.0,\nCheXpert-v1.0-small/train/patient00002/study1/view1_frontal.jpg,Male,30,Lateral,,,-1.0\n",
      },
      ["train/patient00001/study1/view1_frontal.jpg", "train/patient00002/study1/view1_frontal.jpg"],
    );
    expect(lines).toEqual([
      "file_name,split,No_Finding,Edema,male,lateral,AP",
      "train/patient00001/study1/view1_frontal.jpg,train,1,,0,0,1",
      "train/patient00002/study1/view1_frontal.jpg,train,,,1,1,",
    ]);
    expect(summary.notes).toEqual(["uncertain findings (-1) are left blank"]);
  });

  test("NIH are one column a finding, in spite of commas in the header", async () => {
    const { lines } = await write(
      {
        "Data_Entry_2017.csv":
          "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],\n1.png,Cardiomegaly|Emphysema,0,1,58,M,PA,2682,2749,0.143,0.143,\n2.png,No Finding,1,1,58,F,AP,2894,2729,0.143,0.143,\n",
        "train_val_list.txt": "1.png\n",
        "test_list.txt": "2.png\n",
      },
      ["images/1.png", "images/2.png"],
    );
    expect(lines).toEqual([
      "file_name,split,Cardiomegaly,Emphysema,No_Finding,male,AP",
      "images/1.png,train,1,1,0,1,0",
      "images/2.png,test,0,0,1,0,1",
    ]);
  });

  test("HAM10000 are one column a diagnosis and a place, of files that are named by id", async () => {
    const { lines } = await write(
      {
        "HAM10000_metadata.csv":
          "lesion_id,image_id,dx,dx_type,age,sex,localization\nH1,ISIC_1,nv,histo,60,male,lower extremity\nH2,ISIC_2,mel,histo,,,unknown\n",
      },
      ["part_1/ISIC_1.jpg", "part_2/ISIC_2.jpg"],
    );
    expect(lines).toEqual([
      "file_name,mel,nv,male,on_lower_extremity",
      "part_1/ISIC_1.jpg,0,1,1,1",
      "part_2/ISIC_2.jpg,1,0,,",
    ]);
  });

  test("ISIC 2019 and 2020 are diagnoses, and whether it is malignant", async () => {
    const first = await write({ "truth.csv": "image,MEL,NV,UNK\nISIC_1,1.0,0.0,0.0\n" }, ["ISIC_1.jpg"]);
    expect(first.lines).toEqual(["file_name,MEL,NV,UNK", "ISIC_1.jpg,1,0,0"]);
    const second = await write(
      {
        "train.csv":
          "image_name,patient_id,sex,age_approx,anatom_site_general_challenge,diagnosis,benign_malignant,target\nISIC_7,IP_1,female,45,torso,melanoma,malignant,1\n",
      },
      ["train/ISIC_7.jpg"],
    );
    expect(second.lines).toEqual(["file_name,malignant,male", "train/ISIC_7.jpg,1,0"]);
  });

  test("subpopulation tables are y and a, one column a value where there are more than two", async () => {
    const { lines } = await write(
      { "metadata_x.csv": "id,filename,split,y,a\n0,a.png,0,1,2\n1,b.png,1,0,0\n2,c.png,2,0,1\n" },
      ["a.png", "b.png", "c.png"],
    );
    expect(lines).toEqual([
      "file_name,split,y,a_0,a_1,a_2",
      "a.png,train,1,0,0,1",
      "b.png,val,0,1,0,0",
      "c.png,test,0,0,1,0",
    ]);
  });

  test("an imagefolder are numbers and classes; captions are left out by name", async () => {
    const { lines, summary } = await write(
      {
        "train/metadata.jsonl":
          '{"file_name": "a.png", "label": "cat", "indoors": true, "caption": "one"}\n{"file_name": "b.png", "label": "dog", "indoors": false, "caption": "two"}\n{"file_name": "c.png", "label": "cat", "indoors": null, "caption": "three"}\n{"file_name": "d.png", "label": "dog", "caption": "four"}\n',
      },
      ["train/a.png", "train/b.png", "train/c.png", "train/d.png"],
    );
    expect(lines).toEqual([
      "file_name,split,cat,dog,indoors",
      "train/a.png,train,1,0,1",
      "train/b.png,train,0,1,0",
      "train/c.png,train,1,0,",
      "train/d.png,train,0,1,",
    ]);
    expect(summary.notes).toEqual([
      '"caption" is left out: 4 different values, expected 0 and 1 or at most 50 classes',
    ]);
  });

  test("folders named by class, below folders of splits", async () => {
    const { lines, summary } = await write({}, ["train/cat/1.jpg", "train/dog/1.jpg", "test/cat/1.jpg"]);
    expect(summary.format).toBe("folder-names");
    expect(lines).toEqual([
      "file_name,split,cat,dog",
      "test/cat/1.jpg,test,1,0",
      "train/cat/1.jpg,train,1,0",
      "train/dog/1.jpg,train,0,1",
    ]);
  });

  test("Parquet with pictures inside go with the pictures into a folder, classes by name", async () => {
    const folder = dataSet({}, []);
    const features = { info: { features: { label: { names: ["cat", "dog"], _type: "ClassLabel" } } } };
    await duckdb(
      `COPY (SELECT {'bytes': '\\xFF\\xD8\\x01'::BLOB, 'path': 'one.jpg'} AS image, 1 AS label
       UNION ALL SELECT {'bytes': '\\x89PN'::BLOB, 'path': NULL} AS image, 0 AS label)
       TO '${join(folder, "part.parquet")}' (FORMAT parquet, KV_METADATA {huggingface: '${JSON.stringify(features)}'})`,
    );
    await expect(writeLabels(folder)).rejects.toThrow(
      "pictures: expected a folder for the 2 pictures inside Parquet files, got none",
    );
    const pictures = join(folder, "pictures");
    const { metadata, format } = await writeLabels(folder, { pictures });
    expect([format, metadata]).toEqual(["imagefolder", join(pictures, "metadata.csv")]);
    expect(readFileSync(metadata, "utf8")).toBe("file_name,cat,dog\none.jpg,0,1\npart-000001.png,1,0\n");
    expect([...readFileSync(join(pictures, "one.jpg"))]).toEqual([0xff, 0xd8, 1]);
  });
});

describe("a data set", () => {
  const table = { "labels.csv": "filename,y,a,split\na.png,1,0,0\n" };

  test("that was read is read by align as it was written", async () => {
    const { folder } = await write(table, ["a.png"]);
    const { labels, columns } = await readMetadata(folder, ["a.png", "metadata.csv"]);
    expect(columns).toEqual(["y", "a"]);
    expect(labels.get("a.png")).toEqual({ y: 1, a: 0 });
  });

  test("with the same name in two folders is not guessed", async () => {
    const { summary, lines } = await write({ "labels.csv": "filename,y,a\na.png,1,0\nx/b.png,1,1\n" }, [
      "x/a.png",
      "y/a.png",
      "x/b.png",
      "y/b.png",
    ]);
    expect(lines).toEqual(["file_name,y,a", "x/b.png,1,1"]);
    expect(summary.ambiguousRows).toEqual({ count: 1, example: "a.png" });
  });

  test("keeps a metadata.csv that is there", async () => {
    const folder = dataSet({ ...table, "metadata.csv": "mine" }, ["a.png"]);
    await expect(writeLabels(folder)).rejects.toThrow(
      `"${join(folder, "metadata.csv")}" exists already: rename or delete it to have it written anew`,
    );
    expect(readFileSync(join(folder, "metadata.csv"), "utf8")).toBe("mine");
  });

  test.each<[string, Readonly<Record<string, string>>, readonly string[], LabelsOptions, string]>([
    [
      "without a known table",
      { "labels.csv": "name,cat\na,1\n" },
      ["a.png"],
      {},
      "expected a table of labels that is known (celeba, waterbirds, chexpert, nih, ham10000, isic, subpopulation, imagefolder, folder-names), found labels.csv (name, cat)",
    ],
    [
      "without the files of its table",
      table,
      ["b.png"],
      {},
      'none of the 1 rows of the subpopulation table fits a file: it names "a.png", the folder has "b.png"',
    ],
    [
      "of a format that is unknown",
      table,
      ["a.png"],
      { from: "celeb" },
      'from: unknown format "celeb": did you mean "celeba"?',
    ],
    [
      "of another format",
      table,
      ["a.png"],
      { from: "isic" },
      "expected a CSV with image, MEL, NV (2019) or image_name, benign_malignant, target (2020), found no such file",
    ],
    ["with a broken Parquet file", { "x.parquet": "no" }, ["a.png"], {}, "x.parquet: expected a Parquet file:"],
    [
      "with a broken line of JSON",
      { "x.jsonl": '{"file_name": "a.png"}\n{' },
      ["a.png"],
      {},
      "x.jsonl: row 2: expected JSON:",
    ],
  ])("%s is refused in one line", async (_, tables, images, options, message) => {
    const folder = dataSet(tables, images);
    await expect(writeLabels(folder, options)).rejects.toThrow(message);
    expect(existsSync(join(folder, "metadata.csv"))).toBe(false);
  });

  test("whose Parquet names a path outside the folder writes nothing", async () => {
    const folder = dataSet({}, []);
    await duckdb(
      `COPY (SELECT {'bytes': 'x'::BLOB, 'path': '../../evil.png'} AS image, 1 AS smiling) TO '${join(folder, "a.parquet")}' (FORMAT parquet)`,
    );
    await expect(writeLabels(folder, { pictures: join(folder, "p") })).rejects.toThrow(
      'picture "../../evil.png": expected a path inside the folder',
    );
    expect(existsSync(join(folder, "p"))).toBe(false);
  });
});
